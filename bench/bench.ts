import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { load, machine } from './environment.ts';
import { loadPeers } from './peer.ts';
import { plotOf } from './plot.ts';
import { groupsOf, resultsOf } from './results.ts';
import { measureRounds } from './rounds.ts';
import { measureScale, type Scale } from './scale.ts';
import { startServer } from './server-process.ts';
import { workloads } from './workloads.ts';

// usage: bench.js [--quick]        measures everything and writes bench/RESULTS.md and bench/makespan.svg; --quick
// writes nothing bench.js --scale COUNT DIR  the engine alone with COUNT tasks, as JSON; its files go into DIR
const THIS = fileURLToPath(import.meta.url);
const FOLDER = join(THIS, '..', '..');
const ROUNDS = 3;
const BEGIN = '<!-- figures: written by npm run bench -->';
const END = '<!-- end of the figures -->';
const [, , option, count, dir] = process.argv;

if (option === '--scale' && dir) process.stdout.write(JSON.stringify(await measureScale(Number(count), dir)));
else await measureAll(option === '--quick');

async function measureAll(quick: boolean): Promise<void> {
  const before = load();
  const peers = await loadPeers(FOLDER);
  // One folder for all runs: in ext4, creating files is slow for minutes after many were removed from the same folder.
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'crewlane-bench-')));
  const scales = await inOwnProcesses(quick ? [100, 1000] : [100, 1000, 10_000], folder);
  const server = await startServer(join(FOLDER, 'server.mjs'));
  const measured = await measureRounds({
    workloads: workloads(quick),
    peers,
    server,
    slotFile: join(FOLDER, '..', 'dist', 'node', 'slot.js'),
    folder,
    rounds: quick ? 1 : ROUNDS,
    say: (line) => process.stderr.write(`${line}\n`),
  });
  server.close();
  rmSync(folder, { recursive: true, force: true });
  const names = peers.map(({ name }) => name);
  const figures = resultsOf({
    measured,
    scales,
    versions: [`Crewlane ${ourVersion()}`, ...peers.map(({ name, version }) => `${name} ${version}`)],
    peers: names,
    date: new Date().toISOString().slice(0, 10),
    machine: machine(),
    loads: [before, load()],
    rounds: quick ? 1 : ROUNDS,
  });
  process.stderr.write(figures);
  if (!quick) keep(figures, plotOf(groupsOf(measured, names)));
  // A peer that was stopped by an error may keep the process alive.
  process.exit(0);
}

/** Replaces the figures between the two marks. The text about them is outside the marks. */
function keep(figures: string, plot: string): void {
  const file = join(FOLDER, 'RESULTS.md');
  const text = readFileSync(file, 'utf8');
  const from = text.indexOf(BEGIN) + BEGIN.length;
  writeFileSync(file, `${text.slice(0, from)}\n\n${figures}\n${text.slice(text.indexOf(END))}`);
  writeFileSync(join(FOLDER, 'makespan.svg'), plot);
}

/** Measures each count in a separate process, one after the other. */
async function inOwnProcesses(counts: readonly number[], folder: string): Promise<Scale[]> {
  const scales: Scale[] = [];
  for (const count of counts) {
    const { stdout } = await promisify(execFile)(process.execPath, [THIS, '--scale', String(count), folder]);
    scales.push(JSON.parse(stdout));
  }
  return scales;
}

function ourVersion(): string {
  return JSON.parse(readFileSync(join(FOLDER, '..', 'package.json'), 'utf8')).version;
}
