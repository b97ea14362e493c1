package dev.millrace.api;

import jakarta.servlet.http.HttpServletRequest;

/** A request whose body nobody is to read, however large it is and whatever it claims to be. */
final class BodylessRequest extends UnparsedRequest {

  BodylessRequest(HttpServletRequest request) {
    super(request, new byte[0]);
  }
}
