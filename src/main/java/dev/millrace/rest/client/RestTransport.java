package dev.millrace.rest.client;

import java.io.IOException;

/** The way to the server and back. */
interface RestTransport {

  /** Why nothing can be sent yet, as while the application starts; null when it can. */
  String obstacle();

  /**
   * Sends a request and waits for the answer, whatever its status. Sends it again only if it is
   * repeatable or did not leave.
   *
   * @param syncToken that the server gave last; empty at first
   * @throws IOException when there is no answer
   */
  RestAnswer exchange(RestRequest request, String syncToken) throws IOException;
}
