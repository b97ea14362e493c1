package dev.millrace.api;

import dev.millrace.setting.RefusedSetting;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * {@code millrace.api}.
 *
 * @param maxBody the largest body that is read, 1KB to 100MB; default 1MB
 */
@ConfigurationProperties("millrace.api")
public record ApiProperties(@DefaultValue("1MB") DataSize maxBody) {

  private static final DataSize LEAST = DataSize.ofKilobytes(1);
  private static final DataSize MOST = DataSize.ofMegabytes(100);

  public ApiProperties {
    if (maxBody.compareTo(LEAST) < 0 || maxBody.compareTo(MOST) > 0) {
      throw new RefusedSetting(
          "millrace.api.max-body is " + maxBody + ", which is not from 1KB to 100MB.",
          "Set it to the largest body that a client has to send, for example 1MB");
    }
  }
}
