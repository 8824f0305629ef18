import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { ENGINE_TOOL_NAMES, isToolName, reachesOutside, TOOL_NAMES, TOOLS } from './catalogue.ts';

const pool = TOOLS.shared_resource_pool.arguments;

describe('the catalogue of tools', () => {
  it('keeps the names that crew files use, in the order of the library', () => {
    const inSlot = ['file_reader', 'file_writer', 'query_data', 'web_search'];
    const inEngine = ['performance_monitor', 'shared_resource_pool'];
    expect(TOOL_NAMES.slice(0, 6)).toEqual([...inEngine, ...inSlot]);
    expect(ENGINE_TOOL_NAMES.filter((name) => TOOL_NAMES.indexOf(name) < 6)).toEqual(inEngine);
  });

  it('does not take inherited properties of objects for tools', () => {
    expect(['toString', '__proto__', ''].filter(isToolName)).toEqual([]);
    expect(reachesOutside('constructor')).toBe(true);
  });

  it('tells models the types and the bounds that calls are parsed with', () => {
    const { properties } = z.toJSONSchema(pool, { io: 'input' });
    expect(properties).toMatchObject({
      action: { enum: expect.arrayContaining(['acquire_resource']) },
      timeout: { type: 'number', minimum: 0 },
      pool_config: { properties: { capacity: { type: 'integer', minimum: 1, maximum: 10_000 } } },
    });
  });

  it('accepts numbers that a model writes as strings, and no other strings', () => {
    const given = { action: 'acquire_resource', timeout: '2.5', pool_config: { name: 'db', capacity: '3' } };
    expect(pool.parse(given)).toEqual({ ...given, timeout: 2.5, pool_config: { name: 'db', capacity: 3 } });
    expect(pool.parse({ action: 'acquire_resource' })).toEqual({ action: 'acquire_resource' });
    for (const timeout of ['soon', '-1', -1]) expect(pool.safeParse({ ...given, timeout }).success).toBe(false);
  });

  it.each([
    [{ action: 'dance' }, 'Unknown action dance'],
    [{}, 'acquire_resource'],
  ])('reports the action of %j', (given, text) => {
    const { error } = pool.safeParse(given);
    expect(error && z.prettifyError(error)).toContain(text);
  });
});
