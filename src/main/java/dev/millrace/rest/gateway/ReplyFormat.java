package dev.millrace.rest.gateway;

import dev.millrace.rest.gateway.GatewayRefusal.Reason;
import dev.millrace.rest.gateway.RedisReply.Bulk;
import dev.millrace.rest.gateway.RedisReply.Failure;
import dev.millrace.rest.gateway.RedisReply.Many;
import dev.millrace.rest.gateway.RedisReply.Simple;
import dev.millrace.rest.gateway.RedisReply.Whole;
import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** How replies are written. */
enum ReplyFormat {
  /** JSON with strings as text; bytes that are no UTF-8 become U+FFFD. */
  JSON("application/json"),
  /** JSON with strings as base64. */
  BASE64("application/json"),
  /** As Redis sent them. */
  RESP2("application/octet-stream");

  private final String contentType;

  ReplyFormat(String contentType) {
    this.contentType = contentType;
  }

  /**
   * What the request asks for.
   *
   * @throws GatewayRefusal when there is no such format
   */
  static ReplyFormat of(HttpServletRequest request) {
    String format = request.getHeader("Upstash-Response-Format");
    String encoding = request.getHeader("Upstash-Encoding");
    boolean resp2 = "resp2".equalsIgnoreCase(format);
    boolean base64 = "base64".equalsIgnoreCase(encoding);
    if (format != null && !resp2 && !"json".equalsIgnoreCase(format)) {
      throw refused("Upstash-Response-Format is neither json nor resp2");
    }
    if (encoding != null && !base64) {
      throw refused("Upstash-Encoding is not base64");
    }
    if (resp2 && base64) {
      throw refused("Upstash-Encoding: base64 is only for JSON, not for resp2");
    }
    return resp2 ? RESP2 : base64 ? BASE64 : JSON;
  }

  private static GatewayRefusal refused(String why) {
    return new GatewayRefusal(Reason.MALFORMED, "ERR header " + why);
  }

  String contentType() {
    return contentType;
  }

  /** The answer to one command. */
  byte[] answer(RedisReply reply) {
    Bytes out = new Bytes();
    if (this == RESP2) {
      resp2(out, reply);
    } else {
      slot(out, reply);
    }
    return out.toArray();
  }

  /** The answer to several. */
  byte[] answer(List<RedisReply> replies) {
    Bytes out = new Bytes();
    if (this == RESP2) {
      resp2(out, new Many(replies));
      return out.toArray();
    }
    out.put('[');
    for (int i = 0; i < replies.size(); i++) {
      if (i > 0) {
        out.put(',');
      }
      slot(out, replies.get(i));
    }
    out.put(']');
    return out.toArray();
  }

  private void slot(Bytes out, RedisReply reply) {
    if (reply instanceof Failure failure) {
      out.ascii("{\"error\":");
      out.json(failure.text());
    } else {
      out.ascii("{\"result\":");
      json(out, reply, 0);
    }
    out.put('}');
  }

  private void json(Bytes out, RedisReply reply, int depth) {
    if (reply instanceof Bulk bulk) {
      string(out, bulk.bytes());
    } else if (reply instanceof Whole whole) {
      out.ascii(Long.toString(whole.value()));
    } else if (reply instanceof Simple simple) {
      if (depth == 0 && simple.is(RedisReply.OK)) {
        out.ascii("\"OK\"");
      } else {
        string(out, simple.text());
      }
    } else if (reply instanceof Failure failure) {
      // Errors have no form of their own inside an array; their text is never encoded.
      out.json(failure.text());
    } else if (reply instanceof Many many) {
      out.put('[');
      for (int i = 0; i < many.elements().size(); i++) {
        if (i > 0) {
          out.put(',');
        }
        json(out, many.elements().get(i), depth + 1);
      }
      out.put(']');
    } else {
      out.ascii("null");
    }
  }

  private void string(Bytes out, byte[] bytes) {
    if (this == BASE64) {
      out.base64(bytes);
    } else {
      out.json(bytes);
    }
  }

  private static void resp2(Bytes out, RedisReply reply) {
    if (reply instanceof Bulk bulk) {
      out.ascii("$" + bulk.bytes().length + "\r\n");
      out.put(bulk.bytes());
      out.ascii("\r\n");
    } else if (reply instanceof Whole whole) {
      out.ascii(":" + whole.value() + "\r\n");
    } else if (reply instanceof Simple simple) {
      out.put('+');
      out.put(simple.text());
      out.ascii("\r\n");
    } else if (reply instanceof Failure failure) {
      out.put('-');
      out.put(failure.text().replaceAll("[\r\n]+", " ").getBytes(StandardCharsets.UTF_8));
      out.ascii("\r\n");
    } else if (reply instanceof Many many) {
      out.ascii("*" + many.elements().size() + "\r\n");
      many.elements().forEach(element -> resp2(out, element));
    } else {
      out.ascii(reply == RedisReply.NULL_ARRAY ? "*-1\r\n" : "$-1\r\n");
    }
  }
}
