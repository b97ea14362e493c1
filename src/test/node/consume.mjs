// A Node worker: takes COUNT jobs, then closes.
// PORT QUEUE COUNT -> prints a line {"id","name","data","attemptsMade"} per job
import { Worker } from 'bullmq';

const [port, name, count] = process.argv.slice(2);
const connection = { host: '127.0.0.1', port: Number(port), maxRetriesPerRequest: null };
let left = Number(count);
const worker = new Worker(
  name,
  async (job) => {
    console.log(JSON.stringify({ id: job.id, name: job.name, data: job.data, attemptsMade: job.attemptsMade }));
    return { seen: job.data };
  },
  { connection },
);
worker.on('completed', async () => {
  if (--left === 0) await worker.close();
});
