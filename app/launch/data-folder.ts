import { homedir } from 'node:os';
import { join, resolve } from 'node:path';

/** Where the application keeps what is not the user's own files. */
export interface DataFolders {
  root: string;
  /** Each run is a folder in it. */
  runs: string;
  /** Where reports go when nobody chose a folder. */
  exports: string;
  /** Workspaces of crews without a file of their own. */
  workspaces: string;
  /** Results that are stored for later runs. */
  cache: string;
  /** Busy times of earlier runs, for estimates. */
  historyFile: string;
  /** Prices of models that a person states. */
  pricesFile: string;
  /** Which crews and folders a person trusts. */
  trustFile: string;
}

export type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folders below `home`, or below the platform's place for application data where it is null. Nothing is made.
 * @param env read for the platform's place (`XDG_DATA_HOME`, `APPDATA`); `CREWLANE_HOME` is the caller's to read
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
