import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Call } from './call.ts';
import type { BenchTask } from './workload.ts';

/** Another scheduler: runs each task's call when its context has ended, up to a limit of concurrent calls. */
export interface Peer {
  /** The name of its package. */
  name: string;
  run(tasks: BenchTask[], slots: number, call: Call): Promise<void>;
  /** The maximum number of tasks; `tooMany` is the reason. */
  most?: { tasks: number; tooMany: string };
}

const FILES = ['p-queue', 'langgraph', 'mastra', 'kaibanjs'];

/** Returns the peers installed in `folder` with their versions. */
export async function loadPeers(folder: string): Promise<(Peer & { version: string })[]> {
  return Promise.all(
    FILES.map(async (file) => {
      // The modules are installed only for the benchmark, and have their own JSDoc types.
      const peer = (await import(pathToFileURL(join(folder, 'peers', `${file}.mjs`)).href)) as Peer;
      return { ...peer, version: versionOf(folder, peer.name) };
    }),
  );
}

function versionOf(folder: string, name: string): string {
  const lock = JSON.parse(readFileSync(join(folder, 'package-lock.json'), 'utf8'));
  return lock.packages[`node_modules/${name}`].version;
}
