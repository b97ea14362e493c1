package dev.millrace.startup;

import dev.millrace.setting.RefusedSetting;
import org.springframework.boot.diagnostics.AbstractFailureAnalyzer;
import org.springframework.boot.diagnostics.FailureAnalysis;

/** Turns a refused setting into the short report that Spring Boot prints instead of a trace. */
public final class RefusedSettingAnalyzer extends AbstractFailureAnalyzer<RefusedSetting> {

  @Override
  protected FailureAnalysis analyze(Throwable rootFailure, RefusedSetting cause) {
    return new FailureAnalysis(cause.getMessage(), cause.remedy(), cause);
  }
}
