package dev.millrace.rest.gateway;

import dev.millrace.rest.RunningRest;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** The running application, asked over a plain socket: no client changes what is sent. */
abstract class RunningGateway extends RunningRest {

  @Autowired protected GatewayProperties properties;

  @BeforeEach
  void empty() {
    plain.execute(
        (org.springframework.data.redis.core.RedisCallback<Void>)
            connection -> {
              connection.serverCommands().flushAll();
              return null;
            });
  }

  protected Told post(String path, String body, String... headers) throws IOException {
    return ask("POST", path, body.getBytes(StandardCharsets.UTF_8), headers);
  }

  protected Told get(String path, String... headers) throws IOException {
    return ask("GET", path, new byte[0], headers);
  }

  /** With the token, unless a header says {@code Authorization}. */
  protected Told ask(String method, String path, byte[] body, String... headers)
      throws IOException {
    StringBuilder head = new StringBuilder();
    head.append(method).append(" /redis").append(path).append(" HTTP/1.1\r\n");
    head.append("Host: localhost\r\nConnection: close\r\n");
    boolean authorized = false;
    for (String header : headers) {
      authorized |= header.toLowerCase(Locale.ROOT).startsWith("authorization:");
      if (!header.isEmpty() && !header.equalsIgnoreCase("Authorization:")) {
        head.append(header).append("\r\n");
      }
    }
    if (!authorized) {
      head.append("Authorization: Bearer ").append(properties.token()).append("\r\n");
    }
    if (body.length > 0) {
      head.append("Content-Length: ").append(body.length).append("\r\n");
    }
    head.append("\r\n");
    try (Socket socket = new Socket("localhost", port)) {
      OutputStream out = socket.getOutputStream();
      out.write(head.toString().getBytes(StandardCharsets.UTF_8));
      out.write(body);
      out.flush();
      return Told.read(socket.getInputStream());
    }
  }

  /** An answer. */
  record Told(int status, Map<String, String> headers, byte[] bytes) {

    String body() {
      return new String(bytes, StandardCharsets.UTF_8);
    }

    String header(String name) {
      return headers.get(name);
    }

    private static Told read(InputStream in) throws IOException {
      byte[] all = in.readAllBytes();
      String text = new String(all, StandardCharsets.ISO_8859_1);
      int end = text.indexOf("\r\n\r\n");
      String[] lines = text.substring(0, end).split("\r\n");
      Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
      for (int i = 1; i < lines.length; i++) {
        int colon = lines[i].indexOf(':');
        headers.put(lines[i].substring(0, colon), lines[i].substring(colon + 1).strip());
      }
      String body = text.substring(end + 4);
      if ("chunked".equalsIgnoreCase(headers.get("Transfer-Encoding"))) {
        body = unchunked(body);
      }
      return new Told(
          Integer.parseInt(lines[0].split(" ")[1]),
          headers,
          body.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String unchunked(String body) {
      StringBuilder whole = new StringBuilder();
      int at = 0;
      while (true) {
        int line = body.indexOf("\r\n", at);
        int length = Integer.parseInt(body.substring(at, line), 16);
        if (length == 0) {
          return whole.toString();
        }
        whole.append(body, line + 2, line + 2 + length);
        at = line + 2 + length + 2;
      }
    }
  }
}
