// A Node producer: adds one job and waits for what the worker returns.
// PORT QUEUE DATA(JSON) -> prints {"id","returned"} or {"id","failed"}
import { Queue, QueueEvents } from 'bullmq';

const [port, name, data] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port) };
const queue = new Queue(name, { connection });
const events = new QueueEvents(name, { connection });
await events.waitUntilReady();
const job = await queue.add('from-node', JSON.parse(data), { attempts: 1 });
try {
  const returned = await job.waitUntilFinished(events, 20_000);
  console.log(JSON.stringify({ id: job.id, returned }));
} catch (error) {
  console.log(JSON.stringify({ id: job.id, failed: error.message }));
}
await events.close();
await queue.close();
