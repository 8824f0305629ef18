import { createHash } from 'node:crypto';
import type { BrowserWindow } from 'electron';
import type { Project } from '../shared/project/schema.ts';
import { serializeProject } from '../shared/project/serialize.ts';
import { askForConsent } from './dialogs.ts';
import type { SettingsFile } from './settings.ts';

/** Which crews from elsewhere a person lets run, remembered by their content: a changed file is asked about again. */
export class Consents {
  readonly #settings: SettingsFile;

  constructor(settings: SettingsFile) {
    this.#settings = settings;
  }

  isGiven(project: Project): boolean {
    return this.#settings.get().trusted.includes(contentOf(project));
  }

  async ask(window: BrowserWindow, project: Project, needs: readonly string[]): Promise<boolean> {
    const given = await askForConsent(window, project.name, needs);
    if (given) this.remember(project);
    return given;
  }

  remember(project: Project): void {
    const trusted = new Set([...this.#settings.get().trusted, contentOf(project)]);
    this.#settings.update({ trusted: [...trusted] });
  }
}

/** Where nodes lie changes nothing of what runs. */
function contentOf(project: Project): string {
  const { layout: _layout, ...content } = project;
  return createHash('sha256')
    .update(serializeProject({ ...content, layout: { nodes: {}, groups: [] } }))
    .digest('hex');
}
