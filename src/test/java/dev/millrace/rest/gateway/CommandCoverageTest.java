package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.millrace.redis.OwnConnections;
import dev.millrace.rest.gateway.RedisReply.Failure;
import dev.millrace.rest.gateway.RedisReply.Many;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Every command that passes is answered over HTTP as Redis itself answers it. */
class CommandCoverageTest extends RunningGateway {

  /** Run in order, once over HTTP and once directly, each on an empty database. */
  private static final String SCRIPT =
      """
      SET s value EX 100; GET s; STRLEN s; APPEND s x; GETRANGE s 0 2; SUBSTR s 0 2; SETRANGE s 1 AA; GETEX s PERSIST; GETSET s t; GETDEL s
      MSET a 1 b 2; MSETNX a 1 c 3; MGET a b none; INCR a; INCRBY a 5; INCRBYFLOAT a 0.5; SET n 1; DECR n; DECRBY n 3; SETNX n 9; SETEX e 100 v; PSETEX e 100000 v
      LCS a b; STRALGO LCS STRINGS ab b; SETBIT bit 7 1; GETBIT bit 7; BITCOUNT bit; BITPOS bit 1; BITOP NOT nbit bit; BITFIELD bit GET u8 0; BITFIELD_RO bit GET u8 0
      EXISTS a b none; TYPE a; TTL a; PTTL none; EXPIRE a 100; PEXPIRE a 100000; EXPIREAT a 4102444800; PEXPIREAT a 4102444800000; EXPIRETIME a; PEXPIRETIME a; PERSIST a
      RENAME b bb; RENAMENX bb b; COPY b b2; TOUCH b; UNLINK b2; DEL nope; SCAN 0 MATCH zzz COUNT 1000; KEYS bi*; OBJECT ENCODING a; OBJECT REFCOUNT bit; DUMP n
      LPUSH l a b c; RPUSH l d; LPUSHX l z; RPUSHX none z; LRANGE l 0 -1; LLEN l; LINDEX l 0; LINSERT l BEFORE a x; LSET l 0 y; LREM l 1 x; LPOS l a; LMOVE l l2 LEFT RIGHT; RPOPLPUSH l l2; LPOP l; RPOP l; LMPOP 1 l2 LEFT; LTRIM l 0 0
      HSET h f v g 1; HGET h f; HMGET h f none; HGETALL h; HKEYS h; HVALS h; HLEN h; HEXISTS h f; HINCRBY h g 2; HINCRBYFLOAT h g 0.5; HSETNX h f w; HSTRLEN h f; HMSET h k v; HSCAN h 0; HDEL h k
      SADD set a; SADD set2 a b; SCARD set; SISMEMBER set a; SMISMEMBER set a z; SMEMBERS set; SINTER set set2; SINTERCARD 2 set set2; SDIFF set2 set; SUNION set; SINTERSTORE d set set2; SDIFFSTORE d set2 set; SUNIONSTORE d set set2; SMOVE set2 set b; SSCAN d 0; SREM set a
      ZADD z 1 a 2.5 b 3 c; ZSCORE z b; ZMSCORE z a none; ZCARD z; ZCOUNT z 1 2; ZINCRBY z 1 a; ZRANGE z 0 -1 WITHSCORES; ZRANGEBYSCORE z 0 9; ZRANGEBYLEX z - +; ZREVRANGE z 0 -1; ZREVRANGEBYSCORE z 9 0; ZREVRANGEBYLEX z + -; ZRANK z a; ZREVRANK z a; ZLEXCOUNT z - +; ZSCAN z 0; ZRANGESTORE zs z 0 -1
      ZUNION 2 z zs; ZINTER 2 z zs; ZDIFF 2 z zs; ZINTERCARD 2 z zs; ZUNIONSTORE zd 2 z zs; ZINTERSTORE zd 2 z zs; ZDIFFSTORE zd 2 z zs; ZPOPMIN zs; ZPOPMAX zs; ZMPOP 1 zs MIN; ZREM z none; ZREMRANGEBYRANK z 0 0; ZREMRANGEBYSCORE z 0 0; ZREMRANGEBYLEX z [zz [zzz
      PFADD p a b; PFCOUNT p; PFMERGE p2 p; GEOADD g 13.361389 38.115556 Palermo; GEODIST g Palermo Palermo; GEOHASH g Palermo; GEOPOS g Palermo none; GEORADIUS g 13 38 100 km; GEORADIUS_RO g 13 38 100 km; GEORADIUSBYMEMBER g Palermo 1 km; GEORADIUSBYMEMBER_RO g Palermo 1 km; GEOSEARCH g FROMLONLAT 13 38 BYRADIUS 100 km; GEOSEARCHSTORE g2 g FROMMEMBER Palermo BYRADIUS 1 km
      XADD st 1-1 f v; XADD st 2-1 f v; XLEN st; XRANGE st - +; XREVRANGE st + -; XREAD COUNT 1 STREAMS st 0; XGROUP CREATE st gr 0; XREADGROUP GROUP gr me COUNT 1 STREAMS st >; XPENDING st gr; XCLAIM st gr you 0 1-1 JUSTID; XAUTOCLAIM st gr me 0 0 JUSTID; XACK st gr 1-1; XINFO GROUPS st; XSETID st 3-1; XTRIM st MAXLEN 1; XDEL st 2-1
      EVAL return{1,{2,{}},false,ARGV[1]} 0 x; EVAL_RO return{KEYS[1]} 1 k; SCRIPT LOAD return(7); EVALSHA 3a6b40f9ba8d0a3fb1e2f0c5a38e4f0a3f9d6f3f 0; EVALSHA_RO 3a6b40f9ba8d0a3fb1e2f0c5a38e4f0a3f9d6f3f 0; SCRIPT EXISTS 3a6b40f9ba8d0a3fb1e2f0c5a38e4f0a3f9d6f3f; FCALL nope 0; FCALL_RO nope 0
      PUBLISH ch x; SPUBLISH ch x; PUBSUB NUMSUB ch; PING; PING hi; ECHO hi; SORT l; SORT_RO l; MEMORY USAGE n; COMMAND COUNT
      """;

  /**
   * What answers by chance, by the clock or for others' keys too, or is seen in tests of its own.
   */
  private static final Set<String> ELSEWHERE =
      Set.of(
          "TIME",
          "DBSIZE",
          "INFO",
          "RANDOMKEY",
          "SRANDMEMBER",
          "SPOP",
          "HRANDFIELD",
          "ZRANDMEMBER",
          "SELECT",
          "LOLWUT",
          "SCRIPT",
          "PUBSUB",
          "MONITOR",
          "MEMORY",
          "OBJECT",
          "XGROUP",
          "XINFO",
          "COMMAND");

  @Autowired private OwnConnections connections;
  @Autowired private CommandRules rules;

  @Test
  void shouldCountTheKeysOfAll() throws Exception {
    post("/", "[\"SET\",\"k\",\"v\"]");

    // Others use the same Redis, so how many there are is not for sure.
    assertThat(post("/", "[\"DBSIZE\"]").body()).matches("\\{\"result\":[1-9]\\d*}");
  }

  @Test
  void shouldAnswerAsRedisDoes() throws Exception {
    List<String> lines =
        Arrays.stream(SCRIPT.split("[;\n]")).map(String::strip).filter(l -> !l.isEmpty()).toList();
    StringBuilder differences = new StringBuilder();
    byte[][] overHttp = new byte[lines.size()][];
    for (int i = 0; i < lines.size(); i++) {
      overHttp[i] = post("/", json(lines.get(i)), "Upstash-Response-Format: resp2").bytes();
    }
    empty();
    for (int i = 0; i < lines.size(); i++) {
      RedisReply direct = direct(lines.get(i).split(" "));
      boolean unknown = direct instanceof Failure f && f.text().startsWith("ERR unknown command");
      byte[] wanted = ReplyFormat.RESP2.answer(direct);
      if (!unknown && !Arrays.equals(overHttp[i], wanted)) {
        differences.append(
            "%n%s%n  direct %s%n  http   %s"
                .formatted(lines.get(i), text(wanted), text(overHttp[i])));
      }
    }
    assertThat(differences.toString()).isEmpty();
  }

  @Test
  void shouldLeaveNoCommandOut() {
    Set<String> covered = new TreeSet<>(ELSEWHERE);
    Arrays.stream(SCRIPT.split("[;\n]")).forEach(line -> covered.add(line.strip().split(" ")[0]));
    Set<String> missing = new TreeSet<>();
    for (RedisReply one : ((Many) direct("COMMAND")).elements()) {
      String name = CommandSpec.of(one).name();
      boolean passes = rules.refusal(call(name), Access.FULL).isEmpty();
      if (passes && !covered.contains(name)) {
        missing.add(name);
      }
    }
    assertThat(missing).isEmpty();
  }

  private RedisReply direct(String... words) {
    try (StatefulRedisConnection<byte[], byte[]> redis = connections.plain("test", new byte[0])) {
      Sent sent = Sent.of(call(words), 0);
      redis.dispatch(sent);
      return new Batch(List.of(sent)).await(Duration.ofSeconds(10)).getFirst();
    }
  }

  private static RedisCall call(String... words) {
    return new RedisCall(
        Arrays.stream(words).map(word -> word.getBytes(StandardCharsets.UTF_8)).toList());
  }

  private static String json(String line) {
    return "[\"" + String.join("\",\"", line.split(" ")) + "\"]";
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1).replace("\r\n", "~");
  }
}
