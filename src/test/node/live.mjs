// Adds and works jobs as a Node program would, for comparing what it leaves behind.
// PORT QUEUE SCENARIO
import { DelayedError, Queue, UnrecoverableError, Worker } from 'bullmq';

const [port, name, scenario] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
const queue = new Queue(name, { connection });

const fail = async () => {
  throw new Error('no luck');
};
const scenarios = {
  'retried-at-once': [[{ attempts: 2 }], fail, 1],
  'retried-later': [[{ attempts: 2, backoff: { type: 'fixed', delay: 50 } }], fail, 1],
  'once': [[{}], fail, 1],
  'unrecoverable': [
    [{ attempts: 3 }],
    async () => {
      throw new UnrecoverableError('no luck');
    },
    1,
  ],
  'removed': [[{ removeOnComplete: true }], async () => 'done', 1],
  'delayed': [[{ delay: 300 }], async () => 'done', 1],
  'prioritized': [[{ priority: 3 }], async () => 'done', 1],
  'duplicated': [[{ jobId: 'mine' }, { jobId: 'mine' }], async () => 'done', 1],
  'deduplicated': [
    [{ deduplication: { id: 'one' } }, { deduplication: { id: 'one' } }],
    async () => 'done',
    1,
  ],
  'kept': [
    [{ deduplication: { id: 'one', keepLastIfActive: true } }],
    async (job) => {
      if (job.id === '1') {
        await queue.add('live', { n: 1 }, { deduplication: { id: 'one', keepLastIfActive: true } });
      }
      return 'done';
    },
    2,
  ],
  'put-off': [
    [{}],
    async (job, token) => {
      if (job.attemptsStarted === 1) {
        await job.moveToDelayed(Date.now() + 50, token);
        throw new DelayedError();
      }
      return 'done';
    },
    1,
  ],
  'stalled': [[], async () => 'done', 1],
};
const [adds, processor, ends] = scenarios[scenario];
for (const options of adds) {
  await queue.add('live', { n: 1 }, options);
}
let left = ends;
const worker = new Worker(name, processor, { connection, drainDelay: 1 });
const ended = async (job) => {
  if (job.finishedOn && --left === 0) {
    await worker.close();
    await queue.close();
  }
};
worker.on('completed', ended);
worker.on('failed', ended);
