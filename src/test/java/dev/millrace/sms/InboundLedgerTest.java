package dev.millrace.sms;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.millrace.TestClock;
import dev.millrace.job.JobBeans;
import dev.millrace.job.Rows;
import dev.millrace.sms.InboundLedger.Done;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;

class InboundLedgerTest {

  private final TestClock clock = new TestClock("2026-03-02T15:00:00Z");
  private JobBeans beans;
  private Rows rows;
  private InboundLedger ledger;
  private UUID user;

  @BeforeEach
  void start() {
    beans = JobBeans.of(clock, "dev.millrace.job");
    rows = beans.rows();
    ledger =
        new InboundLedger(
            beans.get(JdbcClient.class), beans.get(JdbcTransactionManager.class), clock);
    user = rows.user("ann@example.org", "UTC");
    rows.phone(user, "+12025550143");
  }

  @AfterEach
  void stop() {
    beans.close();
  }

  @Test
  void shouldDoNothingOfAMessageWhoseAnswerCouldNotBeStored() {
    assertThatThrownBy(() -> ledger.once("SM1", user, () -> stop(null)))
        .hasMessageContaining("outcome");

    assertThat(stopped()).isNull();
    assertThat(ledger.find("SM1")).isEmpty();
  }

  @Test
  void shouldDoAtTheRepeatWhatFailedTheFirstTime() {
    assertThatThrownBy(
            () ->
                ledger.once(
                    "SM1",
                    user,
                    () -> {
                      stop("stop");
                      throw new IllegalStateException("killed");
                    }))
        .hasMessage("killed");
    assertThat(stopped()).isNull();

    assertThat(ledger.once("SM1", user, () -> stop("stop")).text()).isEqualTo("You will get none.");

    assertThat(stopped()).isNotNull();
    // a third time is answered, and not done
    rows.add("UPDATE user_phones SET opted_out_at = NULL WHERE user_id = :a", user);
    assertThat(ledger.once("SM1", user, () -> stop("stop")).text()).isEqualTo("You will get none.");
    assertThat(stopped()).isNull();
  }

  private Done stop(String outcome) {
    rows.add("UPDATE user_phones SET opted_out_at = now() WHERE user_id = :a", user);
    return new Done(outcome, "You will get none.");
  }

  private String stopped() {
    return beans.text("SELECT opted_out_at FROM user_phones");
  }
}
