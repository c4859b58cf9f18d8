/** The Python files of the runtime, in the order they are run, and the standard modules the snapshot holds. */

import answer from './answer.py?raw';
import calls from './calls.py?raw';
import conversation from './conversation.py?raw';
import describe from './describe.py?raw';
import documents from './documents.py?raw';
import figures from './figures.py?raw';
import imports from './imports.py?raw';
import lazy from './lazy.py?raw';
import cells from './library/cells.py?raw';
import chunks from './library/chunks.py?raw';
import duplicates from './library/duplicates.py?raw';
import library from './library/library.py?raw';
import likelyTables from './library/likely_tables.py?raw';
import quotations from './library/quotations.py?raw';
import sections from './library/sections.py?raw';
import sources from './library/sources.py?raw';
import tables from './library/tables.py?raw';
import names from './names.py?raw';
import output from './output.py?raw';
import packages from './packages.py?raw';
import parts from './parts.py?raw';
import ranking from './ranking.py?raw';
import runtime from './runtime.py?raw';
import saving from './saving.py?raw';
import schemas from './schemas.py?raw';
import finds from './finds.py?raw';
import search from './search.py?raw';
import spans from './spans.py?raw';
import structure from './structure.py?raw';
import threads from './threads.py?raw';
import tools from './tools.py?raw';

/** Name within the package `sonde`, and source. A file may import those before it. */
export const RUNTIME_FILES: readonly (readonly [name: string, source: string])[] = [
  ['names', names],
  ['threads', threads],
  ['lazy', lazy],
  ['structure', structure],
  ['documents', documents],
  ['spans', spans],
  ['ranking', ranking],
  ['search', search],
  ['finds', finds],
  ['cells', cells],
  ['parts', parts],
  ['sources', sources],
  ['chunks', chunks],
  ['sections', sections],
  ['likely_tables', likelyTables],
  ['tables', tables],
  ['duplicates', duplicates],
  ['quotations', quotations],
  ['library', library],
  ['output', output],
  ['schemas', schemas],
  ['calls', calls],
  ['answer', answer],
  ['packages', packages],
  ['imports', imports],
  ['figures', figures],
  ['describe', describe],
  ['conversation', conversation],
  ['tools', tools],
  ['saving', saving],
  ['runtime', runtime],
];

/** What models import most; importing from the zip takes longer than restoring. */
const STANDARD_MODULES = [
  'argparse', 'array', 'base64', 'bisect', 'calendar', 'collections', 'concurrent.futures', 'contextlib', 'copy',
  'csv', 'dataclasses', 'datetime', 'decimal', 'difflib', 'enum', 'fractions', 'functools', 'glob', 'hashlib',
  'heapq', 'html', 'html.parser', 'io', 'itertools', 'json', 'logging', 'math', 'operator', 'os', 'pathlib',
  'pickle', 'pprint', 'queue', 'random', 're', 'shutil', 'statistics', 'string', 'struct', 'tempfile', 'textwrap',
  'threading', 'time', 'traceback', 'typing', 'unicodedata', 'uuid', 'warnings', 'xml.etree.ElementTree', 'zlib',
]; // prettier-ignore

/** Python that loads the runtime; run once, before the snapshot is made. */
export function installSource(): string {
  return `
import importlib, json, sys, types
for name in json.loads(${JSON.stringify(JSON.stringify(STANDARD_MODULES))}):
    importlib.import_module(name)
package = types.ModuleType('sonde')
package.__path__ = []
sys.modules['sonde'] = package
for name, source in json.loads(sonde_files):
    module = types.ModuleType('sonde.' + name)
    module.__package__ = 'sonde'
    sys.modules[module.__name__] = module
    setattr(package, name, module)
    exec(compile(source, f'<sonde/{name}.py>', 'exec'), module.__dict__)
package.threads.install()
package.runtime.prepare()
del sonde_files
`;
}
