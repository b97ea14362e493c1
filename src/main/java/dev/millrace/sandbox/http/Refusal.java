package dev.millrace.sandbox.http;

/** Leaves a stand-in early with the answer the real service would give. */
public final class Refusal extends RuntimeException {

  private final transient Response response;

  public Refusal(Response response) {
    super("refused with " + response.status(), null, false, false);
    this.response = response;
  }

  public Response response() {
    return response;
  }
}
