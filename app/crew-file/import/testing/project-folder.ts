import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';

/** A project of another framework in a temporary folder. */
export class ProjectFolder {
  readonly path: string;

  private constructor(path: string) {
    this.path = path;
  }

  /** @param files texts, or values that are written as JSON, by their path in the project */
  static async create(files: Readonly<Record<string, unknown>>): Promise<ProjectFolder> {
    const folder = new ProjectFolder(await mkdtemp(join(tmpdir(), 'crewlane-project-')));
    for (const [name, content] of Object.entries(files)) await folder.write(name, content);
    return folder;
  }

  async write(name: string, content: unknown): Promise<void> {
    const path = join(this.path, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, typeof content === 'string' ? content : JSON.stringify(content, null, 2));
  }

  async remove(): Promise<void> {
    await rm(this.path, { recursive: true });
  }
}
