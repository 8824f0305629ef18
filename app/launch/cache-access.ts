import type { Databases } from '../../shared/crew/databases.ts';
import type { ToolTexts } from '../../shared/slot/turn-submission.ts';
import { isToolName } from '../../shared/tools/catalogue.ts';
import type { CacheAccess } from '../engine/request.ts';
import { loadTool } from '../tools/registry.ts';

/** The cache folder, with tool descriptions as slots report them. */
export function cacheAccess(folder: string): CacheAccess {
  return { folder, describeTools };
}

async function describeTools(names: readonly string[], workspace: string, databases?: Databases): Promise<ToolTexts> {
  const texts = names.filter(isToolName).map(async (name) => {
    const tool = await loadTool(name);
    return [name, await tool.describe(workspace, databases)] as const;
  });
  return Object.fromEntries(await Promise.all(texts));
}
