# The program on a small JRE, as a user without rights. Build it in a checkout: docker build -t epochflow .

FROM maven:3.9-eclipse-temurin-17 AS build
# What the program and its libraries use, as jdeps finds it, and the cipher suites of elliptic curves for https.
RUN jlink --strip-debug --no-header-files --no-man-pages --compress=2 --output /opt/java --add-modules \
    java.compiler,java.desktop,java.instrument,java.management.rmi,java.naming,java.net.http,java.scripting,java.security.jgss,java.security.sasl,java.sql,jdk.crypto.ec,jdk.httpserver,jdk.incubator.vector,jdk.management,jdk.net,jdk.unsupported,jdk.zipfs
WORKDIR /opt/epochflow
COPY . .
RUN --mount=type=cache,target=/opt/repository \
    mvn -B -q -Dmaven.repo.local=/opt/repository -DskipTests -pl runners -am package && chmod -R a+rX .

FROM debian:stable-slim
RUN useradd --create-home --uid 1000 epochflow && mkdir /work && chown epochflow /work
ENV JAVA_HOME=/opt/java LANG=C.UTF-8
COPY --from=build /opt/java /opt/java
COPY --from=build /opt/epochflow/runners/target/lib /opt/epochflow/runners/target/lib
COPY --from=build /opt/epochflow/testdata/fashion-mnist-mini /opt/epochflow/testdata/fashion-mnist-mini
COPY --from=build /opt/epochflow/runners/jvm /opt/epochflow/runners/jvm
COPY --from=build /opt/epochflow/epochflow /opt/epochflow/
COPY --from=build /opt/epochflow/runners/target/epochflow.jar /opt/epochflow/runners/target/
# By its number, so that Kubernetes sees that it is not root.
USER 1000
WORKDIR /work
EXPOSE 8080
ENTRYPOINT ["/opt/epochflow/epochflow"]
CMD ["--help"]
