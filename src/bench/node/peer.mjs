// BullMQ's side of the benchmark: one process for all rounds, with the bullmq of the tests (src/test/node).
// PORT
// In:  a line {"step": "ready" | "run" | "done", "scenario": {workload, queues, concurrency, jobs, gapMillis, keep}}
// Out: a line {"nanos", "sent", "cpuNanos", "latencies"} for run, {} for the others, {"error"} when it failed
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(new URL('../../test/node/package.json', import.meta.url));
const { Queue, Worker } = require('bullmq');
const { Redis } = require('ioredis');

const connection = { host: '127.0.0.1', port: Number(process.argv[2]), maxRetriesPerRequest: null };
const now = () => process.hrtime.bigint();

let sent = 0;
const send = Redis.prototype.sendCommand;
Redis.prototype.sendCommand = function (...args) {
  sent++;
  return send.apply(this, args);
};

const names = (scenario) => Array.from({ length: scenario.queues }, (_, i) => `bench-${i}`);
const share = (scenario, i) =>
  Math.floor(scenario.jobs / scenario.queues) + (i < scenario.jobs % scenario.queues ? 1 : 0);
const data = (n) => ({ n, text: 'the quick brown fox jumps over the lazy dog' });

/** What is open for the scenario at hand. */
let queues = [];
let workers = [];
let running = [];
let completed = 0;
let finish = () => {};
let began = () => {};

function countCompleted(jobs) {
  completed = 0;
  return new Promise((resolve) => (finish = () => ++completed === jobs && resolve()));
}

async function ready(scenario) {
  if (scenario.workload !== 'PROCESS') {
    queues = names(scenario).map((name) => new Queue(name, { connection }));
    await Promise.all(queues.map((queue) => queue.waitUntilReady()));
  }
  if (scenario.workload === 'ADD') return;
  workers = names(scenario).map((name) => {
    const worker = new Worker(name, async () => (began(), { ok: true }), {
      connection,
      concurrency: scenario.concurrency,
      autorun: false,
      removeOnComplete: { count: scenario.keep },
    });
    worker.on('completed', () => finish());
    worker.on('error', (error) => process.stderr.write(`${error.stack}\n`));
    return worker;
  });
  await Promise.all(workers.map((worker) => worker.waitUntilReady()));
  if (scenario.workload !== 'PROCESS') {
    start();
    // Until all of them block on their marker.
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

function start() {
  running = workers.map((worker) => worker.run());
}

/** As many jobs as the concurrency says are on their way at any time, in one call. */
async function produce(queue, jobs, concurrency) {
  for (let from = 0; from < jobs; from += concurrency) {
    if (concurrency === 1) {
      await queue.add('bench', data(from));
      continue;
    }
    const size = Math.min(concurrency, jobs - from);
    await queue.addBulk(Array.from({ length: size }, (_, i) => ({ name: 'bench', data: data(from + i) })));
  }
}

const produceAll = (scenario) =>
  Promise.all(queues.map((queue, i) => produce(queue, share(scenario, i), scenario.concurrency)));

async function pickUps(scenario) {
  const latencies = [];
  for (let n = 0; n < scenario.jobs; n++) {
    const done = countCompleted(1);
    const picked = new Promise((resolve) => (began = () => resolve(now())));
    const added = now();
    queues[n % queues.length].add('bench', data(n));
    latencies.push(Number((await picked) - added));
    await done;
    await new Promise((resolve) => setTimeout(resolve, scenario.gapMillis));
  }
  began = () => {};
  return latencies;
}

const work = {
  ADD: (scenario) => produceAll(scenario),
  PROCESS: (scenario) => {
    const done = countCompleted(scenario.jobs);
    start();
    return done;
  },
  ADD_AND_PROCESS: (scenario) => Promise.all([countCompleted(scenario.jobs), produceAll(scenario)]),
  PICK_UP: (scenario) => pickUps(scenario),
};

async function run(scenario) {
  const sentBefore = sent;
  const cpuBefore = process.cpuUsage();
  const before = now();
  const latencies = await work[scenario.workload](scenario);
  const nanos = Number(now() - before);
  const cpu = process.cpuUsage(cpuBefore);
  return {
    nanos,
    sent: sent - sentBefore,
    cpuNanos: (cpu.user + cpu.system) * 1000,
    latencies: scenario.workload === 'PICK_UP' ? latencies : [],
  };
}

async function done() {
  await Promise.all(workers.map((worker) => worker.close()));
  await Promise.all(running);
  await Promise.all(queues.map((queue) => queue.close()));
  queues = workers = running = [];
}

const steps = { ready, run, done };

createInterface({ input: process.stdin })
  .on('line', async (line) => {
    const { step, scenario } = JSON.parse(line);
    let answer;
    try {
      answer = (await steps[step](scenario)) ?? {};
    } catch (error) {
      answer = { error: error.stack };
    }
    process.stdout.write(`${JSON.stringify(answer)}\n`);
  })
  .on('close', () => process.exit(0));
