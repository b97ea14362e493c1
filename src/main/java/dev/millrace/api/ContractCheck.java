package dev.millrace.api;

import dev.millrace.problem.InvalidField;
import dev.millrace.problem.Problem;
import dev.millrace.problem.Problems;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.spi.RestClientRequestValidator;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.InvalidMediaTypeException;
import org.springframework.http.MediaType;
import org.springframework.stereotype.Component;
import org.springframework.util.InvalidMimeTypeException;

/**
 * Refuses what the contract refuses for every operation alike: bodies of another type than it names
 * (415), and whoever takes none of the types that it answers (406). Camel asks it before the route,
 * in place of its own check, which says neither what is wrong nor how to do better.
 */
@Component
public class ContractCheck implements RestClientRequestValidator {

  private final Answers answers;

  public ContractCheck(Answers answers) {
    this.answers = answers;
  }

  @Override
  public ValidationError validate(Exchange exchange, ValidationContext operation) {
    Message message = exchange.getMessage();
    String sent = message.getHeader(Exchange.CONTENT_TYPE, String.class);
    if (sent != null && operation.consumes() != null && !fits(sent, operation.consumes())) {
      return refuse(
          exchange,
          Problem.invalid(
              HttpStatus.UNSUPPORTED_MEDIA_TYPE,
              new InvalidField(
                  HttpHeaders.CONTENT_TYPE,
                  sent,
                  "send "
                      + named(operation.consumes())
                      + ", with Content-Type: "
                      + operation.consumes()
                      + ".")));
    }
    String accepted = message.getHeader(HttpHeaders.ACCEPT, String.class);
    if (accepted != null && operation.produces() != null && !fits(accepted, operation.produces())) {
      return refuse(
          exchange,
          Problem.invalid(
              HttpStatus.NOT_ACCEPTABLE,
              new InvalidField(
                  HttpHeaders.ACCEPT,
                  accepted,
                  "answers are "
                      + named(operation.produces())
                      + "; send Accept: "
                      + operation.produces().split(",")[0]
                      + " or leave it out.")));
    }
    return null;
  }

  private ValidationError refuse(Exchange exchange, Problem problem) {
    String path = exchange.getMessage().getHeader(Exchange.HTTP_PATH, String.class);
    Answer answer = answers.of(problem, path);
    Message message = exchange.getMessage();
    message.removeHeaders("*");
    answer.headers().forEach(message::setHeader);
    message.setHeader(Exchange.CONTENT_TYPE, Problems.MEDIA_TYPE);
    return new ValidationError(answer.status(), answer.body());
  }

  private static String named(String types) {
    return types.contains("json") ? "JSON" : types.contains("xml") ? "XML" : "a form";
  }

  /** Whether one type of the first list may be one of the second. */
  private static boolean fits(String sent, String known) {
    try {
      List<MediaType> types = MediaType.parseMediaTypes(known);
      return MediaType.parseMediaTypes(sent).stream()
          .anyMatch(type -> types.stream().anyMatch(type::isCompatibleWith));
    } catch (InvalidMediaTypeException | InvalidMimeTypeException e) {
      return false;
    }
  }
}
