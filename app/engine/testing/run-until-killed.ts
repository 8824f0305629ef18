import { readFile, writeFile } from 'node:fs/promises';
import { crewSchema } from '../../../shared/crew/schema.ts';
import { Rig } from './rig.ts';

// A process that runs a crew until it is killed. Its argument is a file with the crew and its location.
const [, , given = ''] = process.argv;
const { root, crew } = JSON.parse(await readFile(given, 'utf8'));
const run = await new Rig(root).start(crewSchema.parse(crew), 2);
run.subscribe((events) => {
  for (const event of events) if (event.type === 'task.completed') process.stdout.write(`${event.task}\n`);
});
await writeFile(`${given}.started`, run.dir);
await run.done;
