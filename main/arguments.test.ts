import { describe, expect, it } from 'vitest';
import { projectArgument, switchValue } from './arguments.ts';

describe("the application's own command line", () => {
  it('takes the last argument that is no switch as the project file', () => {
    const argv = ['electron', '/app', '--no-sandbox', 'old.crew.json', 'crews/new.crew.json', '--lang=en'];
    expect(projectArgument(argv, '/app', '/home/user')).toBe('/home/user/crews/new.crew.json');
  });

  it("does not take the application's own folder for a project", () => {
    expect(projectArgument(['electron', '.', '--no-sandbox'], '/app', '/app')).toBeNull();
  });

  it('finds no project where there are only switches', () => {
    expect(projectArgument(['crewlane', '--user-data-dir=/data'], '/app', '/')).toBeNull();
  });

  it('reads the value of a switch', () => {
    expect(switchValue(['crewlane', '--user-data-dir=/data/of=mine'], 'user-data-dir')).toBe('/data/of=mine');
    expect(switchValue(['crewlane', '--user-data-dirs=/data'], 'user-data-dir')).toBeNull();
  });
});
