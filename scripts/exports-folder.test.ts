import { expect, it } from 'vitest';
import { dataFolders } from '../app/launch/data-folder.ts';
import { exportsFolder } from './exports-folder.mjs';

const environments = [{}, { XDG_DATA_HOME: '/data' }, { APPDATA: '/roaming' }, { CREWLANE_HOME: '/home/of/crews' }];
const platforms: NodeJS.Platform[] = ['linux', 'darwin', 'win32'];

it('npm start exports to the default folder of the application, on every platform', () => {
  for (const env of environments) {
    for (const platform of platforms) {
      const home = 'CREWLANE_HOME' in env ? env.CREWLANE_HOME : null;
      expect(exportsFolder(env, platform)).toBe(dataFolders(home, env, platform).exports);
    }
  }
});
