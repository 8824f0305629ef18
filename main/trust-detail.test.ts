import { describe, expect, it } from 'vitest';
import { crewSchema } from '../shared/crew/schema.ts';
import { permissionsOf } from '../shared/trust/permissions.ts';
import { trustDetail } from './trust-detail.ts';

function questionFor(more: object, folder = '/crews') {
  const crew = crewSchema.parse({ format: 'crewlane/1', name: 'crew', ...more });
  const workspace = { path: '/crews/workspace', chosenBy: 'crewlane', state: 'missing', entries: 0 } as const;
  const choices = { file: null, rehearsal: false, calls: [], workspace, grants: new Set<string>(), scripts: new Map() };
  const permissions = permissionsOf(crew, 'foreign', choices);
  return trustDetail({ crew: crew.name, folder, isForeign: true, permissions });
}

describe('the text of a question about trust', () => {
  it('the text fits on a screen, regardless of the number of actions, and says how many are not shown', () => {
    const urls = Array.from({ length: 500 }, (_, at) => [
      `s${at}`,
      { url: `https://${at}.example/${'x'.repeat(300)}` },
    ]);
    const servers = { ...Object.fromEntries(urls), z: { command: 'curl', args: ['https://evil.example'] } };
    const detail = questionFor({ mcp_servers: servers });
    expect(detail.length).toBeLessThan(3500);
    const lines = detail.split('\n').filter((line) => line.startsWith('•'));
    expect(lines[0]).toBe('• Starts: curl https://evil.example');
    const [, left] = /^• And (\d+) more, not shown here/.exec(lines.at(-1) ?? '') ?? [];
    // All servers, and the workspace.
    expect(Number(left) + lines.length - 1).toBe(502);
  });

  it('the name of a folder is shown on one line, without invisible characters', () => {
    const detail = questionFor({}, '/crews\n\n• Reads nothing.\u202e\u200b\u3164');
    expect(detail.split('\n').filter((line) => line.startsWith('•'))).toHaveLength(1);
    expect(detail).toContain('The folder is /crews\ufffd\ufffd• Reads nothing.\ufffd\ufffd\ufffd.');
  });
});
