package dev.millrace.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.CamelContext;
import org.apache.camel.builder.AdviceWith;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Connecting while the queues cannot be reached. */
class ConnectWithoutQueueTest extends RunningConnect {

  private static final AtomicBoolean AWAY = new AtomicBoolean();

  /** The route stays advised, and is what it was while nothing is away. */
  private static boolean advised;

  @Autowired CamelContext camel;

  @BeforeEach
  void takeTheQueueAway() throws Exception {
    if (!advised) {
      AdviceWith.adviceWith(
          camel,
          "oauth-callback",
          route ->
              route
                  .weaveById("enqueue-first-calendar-sync")
                  .before()
                  .process(
                      exchange -> {
                        if (AWAY.get()) {
                          throw new IOException("Redis is away");
                        }
                      }));
      advised = true;
    }
    AWAY.set(true);
  }

  @AfterEach
  void bringItBack() {
    AWAY.set(false);
  }

  @Test
  void shouldKeepWhatTheUserGrantedAndLetTheClockBeginTheCopy() throws Exception {
    assertThat(connect(user, "calendar", person(0))).isEqualTo("connected_later");

    assertThat(status(user, "calendar").path("connected").asBoolean()).isTrue();
    assertThat(
            count(
                "SELECT count(*) FROM sync_state s JOIN google_connections c"
                    + " ON c.id = s.connection_id WHERE c.user_id = :user"
                    + " AND s.next_sync_at <= now()"))
        .as("due, so that adaptive-sync finds it")
        .isEqualTo(1);
  }
}
