package org.epochflow.model.nn.layer.augmentation;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.epochflow.model.nn.ArchitectureException;
import org.epochflow.model.nn.Shape;
import org.epochflow.model.nn.layer.augmentation.RandomFlip.Mode;
import org.epochflow.model.nn.layer.augmentation.Sampling.FillMode;
import org.epochflow.model.nn.layer.augmentation.Sampling.Interpolation;

/** A kind of change of {@link Augment}, with the layers that make it. */
public enum Change {
  /** Mirrored {@code horizontal}ly, {@code vertical}ly, or each way by itself: {@code both}. */
  FLIP("horizontal, vertical or both") {
    @Override
    boolean takes(String value) {
      return Set.of(HORIZONTAL, "vertical", "both").contains(value);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      List<Augmentation> layers = new ArrayList<>();
      if (!value.equals("vertical")) {
        layers.add(new RandomFlip(PREFIX + "flip", Mode.HORIZONTAL));
      }
      if (!value.equals(HORIZONTAL)) {
        layers.add(new RandomFlip(PREFIX + "flip_vertical", Mode.VERTICAL));
      }
      return layers;
    }
  },

  /** Moved by up to a share of its height and of its width. */
  TRANSLATE("a share above 0 and at most 1") {
    @Override
    boolean takes(String value) {
      return isIn(value, 1);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      Interval share = Interval.around0(Double.parseDouble(value));
      Sampling sampling = black(Interpolation.BILINEAR, values);
      return List.of(new RandomTranslation(PREFIX + "translate", share, share, sampling));
    }
  },

  /** Turned by up to so many degrees. */
  ROTATE("degrees above 0 and at most 180") {
    @Override
    boolean takes(String value) {
      return isIn(value, DEGREES / 2);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      Interval share = Interval.around0(Double.parseDouble(value) / DEGREES);
      Sampling sampling = black(Interpolation.BILINEAR, values);
      return List.of(new RandomRotation(PREFIX + "rotate", share, sampling));
    }
  },

  /** Made smaller or larger by up to a share, height and width alike. */
  ZOOM("a share above 0 and below 1") {
    @Override
    boolean takes(String value) {
      return isIn(value, Math.nextDown(1.0));
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      Interval share = Interval.around0(Double.parseDouble(value));
      Sampling sampling = black(Interpolation.BILINEAR, values);
      return List.of(new RandomZoom(PREFIX + "zoom", share, null, sampling));
    }
  },

  /**
   * Moved by whole pixels, by each number up to this one as often: as if it were padded by so many
   * on every side, and cropped to its size at random. Half a pixel more rounds to them.
   */
  CROP("a whole number of pixels above 0 and below 1000") {
    @Override
    boolean takes(String value) {
      return value.matches("[1-9][0-9]{0,2}");
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      if (Integer.parseInt(value) >= Math.min(image.height(), image.width())) {
        throw new ArchitectureException(
            "Expected crop=N below the images' height and width, %s, found crop=%s"
                .formatted(image, value));
      }
      double pixels = Integer.parseInt(value) + 0.5;
      return List.of(
          new RandomTranslation(
              PREFIX + "crop",
              Interval.around0(pixels / image.height()),
              Interval.around0(pixels / image.width()),
              black(Interpolation.NEAREST, values)));
    }
  },

  /** Its values' distance from their mean changed by up to a share. */
  CONTRAST("a share above 0 and at most 1") {
    @Override
    boolean takes(String value) {
      return isIn(value, 1);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      double share = Double.parseDouble(value);
      return List.of(new RandomContrast(PREFIX + "contrast", new Interval(share, share), values));
    }
  },

  /** Made darker or brighter by up to a share of the whole range. */
  BRIGHTNESS("a share above 0 and at most 1") {
    @Override
    boolean takes(String value) {
      return isIn(value, 1);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      Interval share = Interval.around0(Double.parseDouble(value));
      return List.of(new RandomBrightness(PREFIX + "brightness", share, values));
    }
  },

  /** A rectangle of it made noise, with this probability. */
  ERASE("a probability above 0 and at most 1") {
    @Override
    boolean takes(String value) {
      return isIn(value, 1);
    }

    @Override
    List<Augmentation> layers(String value, Shape image, Interval values) {
      double share = Double.parseDouble(value);
      Interval always = new Interval(share, share);
      return List.of(new RandomErasing(PREFIX + "erase", always, ERASED, List.of(), values));
    }
  };

  /** What the names of these layers begin with: by it they are found again. */
  static final String PREFIX = "augment_";

  /** What a flip is if nothing is said. */
  static final String HORIZONTAL = "horizontal";

  private static final double DEGREES = 360;

  /** Parts of an image that are erased, by Keras's default. */
  private static final Interval ERASED = new Interval(0.02, 0.33);

  private final String form;

  Change(String form) {
    this.form = form;
  }

  /** What its value may be, in words. */
  String form() {
    return form;
  }

  /** As it is typed. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  abstract boolean takes(String value);

  abstract List<Augmentation> layers(String value, Shape image, Interval values);

  static boolean isIn(String value, double most) {
    return value.matches("[0-9]{0,9}\\.?[0-9]{1,15}")
        && Double.parseDouble(value) > 0
        && Double.parseDouble(value) <= most;
  }

  /** In its one spelling: {@code 0.1} for {@code .10}. */
  String plain(String value) {
    return this == FLIP ? value : new BigDecimal(value).stripTrailingZeros().toPlainString();
  }

  /** What comes in from outside is the lowest value. */
  static Sampling black(Interpolation interpolation, Interval values) {
    return new Sampling(FillMode.CONSTANT, interpolation, values.lower());
  }
}
