const drawnBy = `page-test ${1 + 1}`;
