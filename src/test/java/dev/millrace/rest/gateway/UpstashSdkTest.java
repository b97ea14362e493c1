package dev.millrace.rest.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.millrace.NodeSession;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * npm {@code @upstash/redis} as its documentation uses it, with nothing changed but the address.
 */
class UpstashSdkTest extends RunningGateway {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** The code has {@code redis}; what it returns must be what is given. */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          string|await redis.set('key', 'value'); return [await redis.get('key'), await redis.set('key2', 'v', {ex: 1}), await redis.get('none')]|["value","OK",null]
          values|await redis.set('o', {a: [1, null], b: 'ü'}); await redis.set('n', 42); await redis.set('b', true); await redis.set('z', null); return [await redis.get('o'), await redis.get('n'), await redis.get('b'), await redis.get('z')]|[{"a":[1,null],"b":"ü"},42,true,null]
          large numbers|await redis.set('big', '9007199254740993'); return [await redis.get('big')]|["9007199254740993"]
          the word OK|await redis.set('ok', 'OK'); return [await redis.get('ok'), await redis.mget('ok', 'none')]|["OK",["OK",null]]
          set with get|await redis.set('g', 'one'); return [await redis.set('g', 'two', {get: true}), await redis.set('g', 'x', {nx: true}), await redis.getdel('g')]|["one",null,"two"]
          sorted set|await redis.zadd('scores', {score: 1, member: 'team1'}, {score: 2.5, member: 'team2'}); return [await redis.zrange('scores', 0, 100), await redis.zrange('scores', 0, -1, {withScores: true}), await redis.zscore('scores', 'team2'), await redis.zrank('scores', 'team2')]|[["team1","team2"],["team1",1,"team2",2.5],2.5,1]
          list|await redis.lpush('elements', 'magnesium', 'iron'); return [await redis.lrange('elements', 0, 100), await redis.lpos('elements', 'iron'), await redis.lmove('elements', 'other', 'left', 'right'), await redis.lpop('none')]|[["iron","magnesium"],0,"iron",null]
          hash|await redis.hset('people', {name: 'joe', age: 3}); return [await redis.hget('people', 'name'), await redis.hgetall('people'), await redis.hmget('people', 'name', 'no'), await redis.hincrby('people', 'age', 2), await redis.hgetall('none')]|["joe",{"name":"joe","age":3},{"name":"joe","no":null},5,null]
          set|await redis.sadd('animals', 'cat'); return [await redis.spop('animals', 1), await redis.scard('animals'), await redis.sismember('animals', 'cat')]|[["cat"],0,0]
          keys|await redis.mset({k1: 1, k2: 2}); return [(await redis.keys('k*')).sort(), await redis.exists('k1', 'k2', 'k3'), await redis.type('k1'), await redis.dbsize(), await redis.unlink('k1', 'k2')]|[["k1","k2"],2,"string",2,2]
          expiry|await redis.set('e', 1); return [await redis.expire('e', 100), await redis.ttl('e'), await redis.persist('e'), await redis.ttl('e'), await redis.ttl('none')]|[1,100,1,-1,-2]
          bits|await redis.setbit('bits', 7, 1); return [await redis.getbit('bits', 7), await redis.bitcount('bits', 0, -1), await redis.bitpos('bits', 1)]|[1,1,7]
          hyperloglog|await redis.pfadd('visitors', 'a', 'b', 'a'); return [await redis.pfcount('visitors')]|[2]
          geo|await redis.geoadd('sicily', {longitude: 13.361389, latitude: 38.115556, member: 'Palermo'}, {longitude: 15.087269, latitude: 37.502669, member: 'Catania'}); return [await redis.geodist('sicily', 'Palermo', 'Catania', 'km'), (await redis.geosearch('sicily', {type: 'FROMLONLAT', coordinate: {lon: 15, lat: 37}}, {type: 'BYRADIUS', radius: 200, radiusType: 'km'}, 'ASC')).map(x => x.member)]|[166.2742,["Catania","Palermo"]]
          stream|const id = await redis.xadd('events', '1-1', {a: 1, b: 'two'}); await redis.xgroup('events', {type: 'CREATE', group: 'g', id: '0'}); const read = await redis.xreadgroup('g', 'c', 'events', '>'); return [id, await redis.xrange('events', '-', '+'), read, await redis.xack('events', 'g', '1-1'), await redis.xlen('events')]|["1-1",{"1-1":{"a":1,"b":"two"}},[["events",[["1-1",["a",1,"b","two"]]]]],1,1]
          scan|for (let i = 0; i < 30; i++) await redis.set('scan:' + i, i); const found = new Set(); let cursor = '0'; do { const [next, keys] = await redis.scan(cursor, {match: 'scan:*', count: 7}); keys.forEach(k => found.add(k)); cursor = next; } while (cursor !== '0'); return [found.size]|[30]
          hscan and zscan|await redis.hset('h', {f: 'v'}); await redis.zadd('zs', {score: 1, member: 'm'}); await redis.sadd('ss', 'x'); return [await redis.hscan('h', 0), await redis.zscan('zs', 0), await redis.sscan('ss', 0)]|[["0",["f","v"]],["0",["m",1]],["0",["x"]]]
          pipeline|const p = redis.pipeline(); p.set('key', 2); p.incr('key'); p.get('key'); return [await p.exec()]|[["OK",3,3]]
          pipeline with errors|const p = redis.pipeline(); p.set('s', 'x'); p.lpush('s', 1); return [await p.exec({keepErrors: true})]|[[{"result":"OK"},{"error":"WRONGTYPE Operation against a key holding the wrong kind of value"}]]
          transaction|const tx = redis.multi(); tx.set('foo', 'bar'); tx.get('foo'); tx.hset('hh', {a: 1}); tx.hgetall('hh'); return [await tx.exec()]|[["OK","bar",1,{"a":1}]]
          auto-pipelining|const [a, b, c] = await Promise.all([redis.set('x', 1), redis.incr('x'), redis.incr('x')]); return [a, b, c]|["OK",2,3]
          script|const script = redis.createScript('return ARGV[1]'); return [await script.eval([], ['hi']), await script.exec([], ['again']), await script.evalsha([], ['sha'])]|["hi","again","sha"]
          script commands|const sha = await redis.scriptLoad('return {KEYS[1], 7}'); return [await redis.scriptExists(sha, 'ffffffffffffffffffffffffffffffffffffffff'), await redis.evalsha(sha, ['k'], []), await redis.eval('return 1', [], [])]|[[1,0],["k",7],1]
          raw strings|const raw = new sdk.Redis({url, token, automaticDeserialization: false, responseEncoding: false}); await raw.set('j', '{"a":1}'); return [await raw.get('j'), await raw.mget('j')]|["{\\"a\\":1}",["{\\"a\\":1}"]]
          exec|return [await redis.exec(['SET', 'any', 'command']), await redis.exec(['GET', 'any'])]|["OK","command"]
          publish and time|const t = await redis.time(); return [await redis.publish('nobody', 'x'), t.length, await redis.ping(), await redis.echo('hello')]|[0,2,"PONG","hello"]
          """)
  void shouldDoAsDocumented(String what, String code, String wanted) throws Exception {
    assertThat(node(code)).as(what).isEqualTo(JSON.readTree(wanted));
  }

  @Test
  void shouldThrowTheErrorOfRedis() {
    JsonNode told =
        node(
            "try { await redis.lpush('a', 1); await redis.incr('a'); } catch (e) {"
                + " return [e.name, e.message] }");

    assertThat(told.get(0).asText()).isEqualTo("UpstashError");
    assertThat(told.get(1).asText())
        .contains("WRONGTYPE Operation against a key holding the wrong kind of value");
  }

  @Test
  void shouldSayThatTheTokenIsWrong() {
    JsonNode told =
        node(
            "try { await new sdk.Redis({url, token: 'wrong'}).get('a'); } catch (e) {"
                + " return e.message }");

    assertThat(told.asText()).startsWith("WRONGPASS invalid or missing auth token");
  }

  @Test
  void shouldHearWhatIsPublished() {
    JsonNode told =
        node(
            """
            const heard = [];
            const until = (n) => new Promise((done) => { const t = setInterval(() => { if (heard.length >= n) { clearInterval(t); done(); } }, 5); });
            const one = redis.subscribe(['news/today', 'other']);
            one.on('subscribe', (count) => heard.push(['subscribed', count]));
            one.on('message', (m) => heard.push(['message', m.channel, m.message]));
            const many = redis.psubscribe(['user:*', 'h?llo', '[ab]c']);
            many.on('psubscribe', (count) => heard.push(['psubscribed', count]));
            many.on('pmessage', (m) => heard.push(['pmessage', m.pattern, m.channel, m.message]));
            await until(5);
            heard.length = 0;
            await redis.publish('news/today', {title: 'a, b'});
            await redis.publish('other', 'text, with commas');
            await redis.publish('user:1', 1);
            await redis.publish('hello', 2);
            await redis.publish('bc', 3);
            await until(5);
            await one.unsubscribe();
            await many.unsubscribe();
            return heard.sort((x, y) => JSON.stringify(x) < JSON.stringify(y) ? -1 : 1);
            """);

    assertThat(told)
        .hasToString(
            "[[\"message\",\"news/today\",{\"title\":\"a, b\"}],"
                + "[\"message\",\"other\",\"text, with commas\"],"
                + "[\"pmessage\",\"[ab]c\",\"bc\",3],"
                + "[\"pmessage\",\"h?llo\",\"hello\",2],"
                + "[\"pmessage\",\"user:*\",\"user:1\",1]]");
  }

  private JsonNode node(String code) {
    return NodeSession.run(
        "{ const sdk = await upstash(); const [url, token] = args;"
            + " const redis = new sdk.Redis({url, token}); "
            + code
            + "}",
        "http://localhost:" + port + "/redis",
        properties.token());
  }
}
