import { cpus, loadavg, release, totalmem, type } from 'node:os';

/** Describes the machine in one line, without its name. */
export function machine(): string {
  const [first] = cpus();
  const memory = (totalmem() / 1024 ** 3).toFixed(1);
  return `${cpus().length} × ${first?.model.trim() ?? 'unknown processor'}, ${memory} GiB memory, ${type()} ${release()}, Node ${process.versions.node}`;
}

/** Returns the load average of the last minute. */
export function load(): string {
  return (loadavg()[0] ?? 0).toFixed(2);
}
