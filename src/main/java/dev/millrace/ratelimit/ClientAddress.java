package dev.millrace.ratelimit;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Whose address it is. Of IPv6 the first 64 bits, since whoever has one address has all that begin
 * with them.
 */
final class ClientAddress {

  private static final Pattern IPV4 = Pattern.compile("\\d{1,3}(\\.\\d{1,3}){3}");
  // Only what cannot be a name, which would be looked up.
  private static final Pattern IPV6 = Pattern.compile("[0-9a-fA-F.]*:[0-9a-fA-F:.]*(%.*)?");
  // Some proxies add the port of their client, which every connection has anew.
  private static final Pattern WITH_PORT =
      Pattern.compile("([0-9.]+):\\d{1,5}|\\[([^\\]]*)](?::\\d{1,5})?");
  private static final int NETWORK_BYTES = 8;

  private ClientAddress() {}

  /**
   * @param remote as the server sees it, or a trusted proxy says
   * @return all that is no address is counted together
   */
  static String subject(String remote) {
    if (remote == null) {
      return "unknown";
    }
    Matcher withPort = WITH_PORT.matcher(remote);
    return network(withPort.matches() ? withPort.replaceFirst("$1$2") : remote);
  }

  private static String network(String remote) {
    if (IPV4.matcher(remote).matches()) {
      return remote;
    }
    if (!IPV6.matcher(remote).matches()) {
      return "unknown";
    }
    try {
      InetAddress address = InetAddress.getByName(remote.replaceFirst("%.*", ""));
      // ::ffff:192.0.2.1 is read as IPv4.
      return address instanceof Inet4Address
          ? address.getHostAddress()
          : HexFormat.of().formatHex(address.getAddress(), 0, NETWORK_BYTES) + "/64";
    } catch (UnknownHostException e) {
      return "unknown";
    }
  }
}
