// A Node program that the tests talk to: it runs what they send, with the packages of a Node fleet at hand.
// PORT[,PORT…] PREFIX; several ports are the nodes of a cluster.
// In:  a line {"id","code","args"}; the code is the body of an async function
// Out: a line {"id","value"} or {"id","error"}
import { createInterface } from 'node:readline';
import Bull from 'bull';
import IORedis from 'ioredis';
import * as v5 from 'bullmq5';
import * as v6 from 'bullmq';

const ports = process.argv[2].split(',').map(Number);
const prefix = process.argv[3];
const options = { host: '127.0.0.1', maxRetriesPerRequest: null };

/** What BullMQ takes as its option `connection`. */
function connection() {
  if (ports.length === 1) return { ...options, port: ports[0] };
  return new IORedis.Cluster(ports.map((port) => ({ host: '127.0.0.1', port })), { redisOptions: options });
}

const open = new Map();
function once(key, make) {
  if (!open.has(key)) open.set(key, make());
  return open.get(key);
}

/** BullMQ's OpenTelemetry: `telemetry` is an option of queues and workers, `spans()` are those that have ended. */
async function startTelemetry() {
  const { context, propagation, trace } = await import('@opentelemetry/api');
  const { AsyncLocalStorageContextManager } = await import('@opentelemetry/context-async-hooks');
  const { CompositePropagator, W3CBaggagePropagator, W3CTraceContextPropagator } = await import('@opentelemetry/core');
  const { BasicTracerProvider, InMemorySpanExporter, SimpleSpanProcessor } = await import('@opentelemetry/sdk-trace-base');
  const { BullMQOtel } = await import('bullmq-otel');
  const exporter = new InMemorySpanExporter();
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  propagation.setGlobalPropagator(
    new CompositePropagator({ propagators: [new W3CTraceContextPropagator(), new W3CBaggagePropagator()] }),
  );
  trace.setGlobalTracerProvider(new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  return {
    context,
    propagation,
    telemetry: new BullMQOtel({ tracerName: 'test' }),
    spans: () =>
      exporter.getFinishedSpans().map((s) => ({
        name: s.name,
        traceId: s.spanContext().traceId,
        spanId: s.spanContext().spanId,
        parent: s.parentSpanContext?.spanId ?? null,
      })),
  };
}

/** What the code of a test can use besides Node's own. */
const world = {
  v5,
  v6,
  Bull,
  prefix,
  connection,
  /** Survives from one call to the next. */
  kept: {},
  /** A plain client. */
  redis: () => once('redis', () => {
    const c = connection();
    return c instanceof IORedis.Cluster ? c : new IORedis(c);
  }),
  /** What the vendor of REST Redis gives to its users. */
  upstash: async () => ({ ...(await import('@upstash/redis')), ...(await import('@upstash/ratelimit')) }),
  otel: () => once('otel', startTelemetry),
  queue5: (name) => once('5 ' + name, () => new v5.Queue(name, { connection: connection(), prefix })),
  queue6: (name) => once('6 ' + name, () => new v6.Queue(name, { connection: connection(), prefix })),
  bull: (name) =>
    once('bull ' + name, () => {
      if (ports.length === 1) return new Bull(name, { redis: connection(), prefix });
      return new Bull(name, { createClient: () => connection(), prefix });
    }),
};

const names = Object.keys(world);
const AsyncFunction = Object.getPrototypeOf(async () => {}).constructor;

async function answer(line) {
  const { id, code, args } = JSON.parse(line);
  try {
    const value = await new AsyncFunction(...names, 'args', code)(...names.map((name) => world[name]), args);
    return { id, value: value === undefined ? null : value };
  } catch (error) {
    return { id, error: `${error.name}: ${error.message}` };
  }
}

createInterface({ input: process.stdin })
  .on('line', async (line) => process.stdout.write(JSON.stringify(await answer(line)) + '\n'))
  .on('close', () => process.exit(0));
