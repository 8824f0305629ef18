import type { ToolName } from '../../shared/crew/tools.ts';
import type { Tool } from './tool.ts';

/** Tools are loaded when first needed, so that a slot starts without them. */
const LOADERS: Readonly<Record<ToolName, () => Promise<Tool>>> = {
  performance_monitor: async () => (await import('./performance-monitor.ts')).performanceMonitor,
  shared_resource_pool: async () => (await import('./shared-resource-pool.ts')).sharedResourcePool,
  file_reader: async () => (await import('./file-reader.ts')).fileReader,
  file_writer: async () => (await import('./file-writer.ts')).fileWriter,
  query_data: async () => (await import('./query-data.ts')).queryData,
  web_search: async () => (await import('./web-search.ts')).webSearch,
};

export function loadTool(name: ToolName): Promise<Tool> {
  return LOADERS[name]();
}
