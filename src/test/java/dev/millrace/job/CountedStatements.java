package dev.millrace.job;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicLong;
import javax.sql.DataSource;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/** Counts the statements that are executed, each of a batch by itself. */
final class CountedStatements extends DelegatingDataSource {

  private final AtomicLong count = new AtomicLong();

  CountedStatements(DataSource database) {
    super(database);
  }

  long count() {
    return count.get();
  }

  @Override
  public Connection getConnection() throws SQLException {
    Connection connection = super.getConnection();
    return proxy(
        Connection.class,
        connection,
        (method, result) ->
            method.equals("prepareStatement") ? counted((PreparedStatement) result) : result);
  }

  private PreparedStatement counted(PreparedStatement statement) {
    return proxy(
        PreparedStatement.class,
        statement,
        (method, result) -> {
          if (method.equals("addBatch")
              || (method.startsWith("execute") && !method.equals("executeBatch"))) {
            count.incrementAndGet();
          }
          return result;
        });
  }

  /** What becomes of a method's result. */
  private interface Answer {
    Object of(String method, Object result);
  }

  private static <T> T proxy(Class<T> type, T target, Answer answer) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (self, method, arguments) -> {
              try {
                return answer.of(method.getName(), method.invoke(target, arguments));
              } catch (InvocationTargetException thrown) {
                throw thrown.getTargetException();
              }
            }));
  }
}
