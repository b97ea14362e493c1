package dev.millrace;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.platform.launcher.TestExecutionListener;
import org.junit.platform.launcher.TestIdentifier;
import org.junit.platform.launcher.TestPlan;

/**
 * Lists at the end of a test run what was skipped and why; the build's own summary has numbers
 * only.
 */
public class SkippedTests implements TestExecutionListener {

  private final List<String> skipped = Collections.synchronizedList(new ArrayList<>());

  @Override
  public void executionSkipped(TestIdentifier test, String reason) {
    skipped.add(test.getDisplayName() + ": " + reason);
  }

  @Override
  public void testPlanExecutionFinished(TestPlan plan) {
    if (!skipped.isEmpty()) {
      System.out.println("Skipped:");
      skipped.forEach(line -> System.out.println("  " + line));
    }
  }
}
