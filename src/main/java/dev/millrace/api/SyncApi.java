package dev.millrace.api;

import dev.millrace.account.SyncOverview;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.springframework.stereotype.Component;

/** What {@code routes/http/sync.camel.yaml} calls. */
@Component
public class SyncApi {

  private final SyncOverview overview;

  public SyncApi(SyncOverview overview) {
    this.overview = overview;
  }

  /** One integration as its owner is told. */
  record View(
      String integrationType,
      String status,
      String reason,
      boolean running,
      Instant lastSuccessAt,
      Instant nextSyncAt,
      SyncOverview.Run lastRun) {

    static View of(SyncOverview.State state) {
      return new View(
          state.integration().sql(),
          state.status(),
          state.reason(),
          state.running(),
          state.lastSuccessAt(),
          state.nextSyncAt(),
          state.lastRun());
    }
  }

  /** How far the user's copies are. */
  public Map<String, List<View>> status(UUID user, String query) {
    new QueryString(query).only();
    return Map.of("integrations", overview.of(user).stream().map(View::of).toList());
  }
}
