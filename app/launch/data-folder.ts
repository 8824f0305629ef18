import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Paths of the application data. */
export interface DataFolders {
  root: string;
  /** Contains one folder per run. */
  runs: string;
  /** Default folder for reports. */
  exports: string;
  /** Workspaces of crews without a file, and of rehearsals of untrusted crews. */
  workspaces: string;
  /** Cached results. */
  cache: string;
  /** The tools that servers have listed. */
  servers: string;
  /** Indexes of the knowledge of crews. */
  knowledge: string;
  /** The memories of crews. */
  memory: string;
  /** Busy times of earlier runs, for estimates. */
  historyFile: string;
  /** Custom prices of models. */
  pricesFile: string;
  /** Which crews and folders a person trusts. */
  trustFile: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * Returns the paths below `home`, or below the application data folder of the platform if `home` is null. Creates
 * nothing.
 * @param env environment with `XDG_DATA_HOME` and `APPDATA`; the caller reads `CREWLANE_HOME`
 */
export function dataFolders(
  home: string | null,
  env: Environment = process.env,
  platform = process.platform,
): DataFolders {
  const root = home === null ? platformFolder(env, platform) : resolve(home);
  return {
    root,
    runs: join(root, 'runs'),
    exports: join(root, 'exports'),
    workspaces: join(root, 'workspaces'),
    cache: join(root, 'cache'),
    servers: join(root, 'servers'),
    knowledge: join(root, 'knowledge'),
    memory: join(root, 'memory'),
    historyFile: join(root, 'history.json'),
    pricesFile: join(root, 'prices.json'),
    trustFile: join(root, 'trust.json'),
  };
}

function platformFolder(env: Environment, platform: NodeJS.Platform): string {
  switch (platform) {
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support', 'Crewlane');
    case 'win32':
      return join(env['APPDATA'] || join(homedir(), 'AppData', 'Roaming'), 'Crewlane');
    default:
      return join(env['XDG_DATA_HOME'] || join(homedir(), '.local', 'share'), 'crewlane');
  }
}
