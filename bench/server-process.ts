import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface BenchServer {
  baseUrl: string;
  /**
   * Returns the arrival times of the calls since the last call of this function: milliseconds since 1970, with
   * fractions.
   */
  arrivals(): Promise<number[]>;
  close(): void;
}

/** Starts the local model server as a separate process on the loopback address. */
export async function startServer(file: string): Promise<BenchServer> {
  const child = spawn(process.execPath, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const port = await new Promise<string>((resolve, reject) => {
    createInterface(child.stdout).once('line', resolve);
    child.once('exit', () => reject(new Error('The model server ended before it listened.')));
  });
  const origin = `http://127.0.0.1:${port}`;
  return {
    baseUrl: `${origin}/v1`,
    arrivals: async () => (await fetch(`${origin}/arrivals`)).json() as Promise<number[]>,
    close: () => child.stdin.end(),
  };
}
