// Adds one job with attempts and backoff: PORT QUEUE DATA(JSON)
import { Queue } from 'bullmq';

const [port, name, data] = process.argv.slice(2);
const queue = new Queue(name, { connection: { host: '127.0.0.1', port: Number(port) } });
await queue.add('from-node', JSON.parse(data), { attempts: 3, backoff: { type: 'exponential', delay: 50 } });
await queue.close();
