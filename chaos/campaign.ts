import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Random } from '../shared/random.ts';
import { addCounts, type Counts, noCounts } from './counts.ts';
import { chaosCrew } from './crew.ts';
import type { Victim } from './owner.ts';
import { Round } from './round.ts';

export interface Campaign {
  victim: Victim;
  /** The same seed gives the same crews, faults and plans. The exact times of kills depend on the machine. */
  seed: number;
  /** The parent folder of the rounds and their data. */
  folder: string;
  /** The maximum number of kills of the owner of one run. */
  killsPerCrew: number;
  shouldContinue(counts: Counts): boolean;
  print(line: string): void;
}

/** The result of a campaign. Each problem names the seed of its crew. */
export interface CampaignResult {
  counts: Counts;
  problems: string[];
}

/** Runs one crew after another. Each is started, killed and resumed until it has finished. */
export async function runCampaign({
  victim,
  seed,
  folder,
  killsPerCrew,
  shouldContinue,
  print,
}: Campaign): Promise<CampaignResult> {
  const random = new Random(seed);
  const counts = noCounts();
  const problems: string[] = [];
  while (shouldContinue(counts)) {
    // The first crew has the campaign's seed, so that a single crew can be repeated.
    const crew = chaosCrew(counts.crews === 0 ? seed : random.int(0, 2 ** 31 - 1), victim);
    const own = join(folder, crew.name);
    await mkdir(own, { recursive: true });
    const writeCrew = async (file: object) => {
      const path = join(own, `${crew.name}.crew.json`);
      await writeFile(path, JSON.stringify(file, null, 2));
      return path;
    };
    const round = new Round({ crew, victim, folder: own, kills: killsPerCrew, writeCrew });
    const found = await round.run();
    addCounts(counts, round.counts);
    problems.push(...found.map((problem) => `CHAOS_SEED=${crew.seed}: ${problem}`));
    print(`${crew.name}: ${round.counts.ownerKills} kills, ${round.counts.slotKills} slots, ${found.length} problems`);
    for (const problem of found) print(`  ${problem}`);
  }
  return { counts, problems };
}

/** Returns the seed from the environment, or one from the current time. */
export function seedFrom(environment: Readonly<Record<string, string | undefined>>): number {
  const given = Number(environment['CHAOS_SEED'] ?? Number.NaN);
  return Number.isInteger(given) ? given : Date.now() % 2 ** 31;
}
