/** What a .gitignore among files leaves out, as git itself would have it. */

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { leaveOutIgnored } from '../../../src/adapters/ingest/ignored-paths';

type Tree = Record<string, string>;

async function kept(tree: Tree): Promise<string[]> {
  const files = Object.keys(tree).map((path) => ({ path }));
  const result = await leaveOutIgnored(files, ({ path }) => Promise.resolve(tree[path] ?? ''));
  expect(result.leftOut).toBe(files.length - result.kept.length);
  return result.kept.map(({ path }) => path);
}

const trees: Record<string, Tree> = {
  'plain rules': {
    '.gitignore': '# builds\n*.log\nbuild/\n/top.txt\ndoc/*.tmp\n\\#odd\ntrailing   \n',
    'a.log': '',
    'x/b.log': '',
    'build/a.js': '',
    'x/build/a.js': '',
    'top.txt': '',
    'x/top.txt': '',
    'doc/a.tmp': '',
    'x/doc/a.tmp': '',
    '#odd': '',
    trailing: '',
    'A.LOG': '',
  },
  negation: {
    '.gitignore': '*.log\n!keep.log\nout/\n!out/keep.txt\nkept/*\n!kept/this\n',
    'a.log': '',
    'keep.log': '',
    'out/keep.txt': '',
    'kept/this': '',
    'kept/that': '',
  },
  'rules of inner folders': {
    '.gitignore': '*.txt\n/a/b/\n',
    'a/.gitignore': '!yes.txt\n/only-here\n!b/\nsub/deep\n',
    'a/yes.txt': '',
    'a/no.txt': '',
    'a/x/yes.txt': '',
    'a/only-here': '',
    'a/x/only-here': '',
    'only-here': '',
    'yes.txt': '',
    'a/b/c.md': '',
    'a/sub/deep': '',
    'a/x/sub/deep': '',
    'gone/.gitignore': '*\n!.gitignore\n',
    'gone/file': '',
  },
  'folders with odd names': {
    'we[ird] *x/.gitignore': 'a.txt\nb/\n',
    'we[ird] *x/a.txt': '',
    'we[ird] *x/in/a.txt': '',
    'we[ird] *x/b/c': '',
    'wei/a.txt': '',
  },
  'rules in a folder that is left out': {
    '.gitignore': 'vendor/\n',
    'vendor/.gitignore': '!*\n',
    'vendor/a.txt': '',
    'src/a.txt': '',
  },
  'stars for folders': {
    '.gitignore': '**/cache\nlogs/**\na/**/z\n*.py[co]\n',
    'x/cache/f': '',
    'logs/a/b': '',
    'a/z': '',
    'a/b/c/z': '',
    'm.pyc': '',
    'm.py': '',
  },
};

describe('what a .gitignore leaves out', () => {
  const folder = mkdtempSync(join(tmpdir(), 'ignored-'));
  afterAll(() => {
    rmSync(folder, { recursive: true });
  });

  it.each(Object.keys(trees))('is what git leaves out: %s', async (name) => {
    const tree = trees[name] ?? {};
    const root = join(folder, name);
    for (const [path, text] of Object.entries(tree)) {
      mkdirSync(dirname(join(root, path)), { recursive: true });
      writeFileSync(join(root, path), text);
    }
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'core.ignorecase=false', '-c', 'core.excludesFile=', ...args], {
        cwd: root,
        encoding: 'utf8',
      });
    git('init', '-q');
    const expected = git('ls-files', '-z', '--others', '--exclude-standard').split('\0').filter(Boolean);
    expect((await kept(tree)).toSorted()).toEqual(expected.toSorted());
  });

  it('is the same when the whole lies in a folder of its own, and other folders are not touched', async () => {
    const tree = { 'one/.gitignore': '/a\n', 'one/a': '', 'one/b/a': '', 'two/a': '', a: '' };
    expect(await kept(tree)).toEqual(['one/.gitignore', 'one/b/a', 'two/a', 'a']);
  });

  it('is the .git folder always', async () => {
    expect(await kept({ '.git/config': '', 'sub/.git/HEAD': '', '.github/x.yml': '' })).toEqual([
      '.github/x.yml',
    ]);
  });

  it('is nothing for rules made to keep the reader busy, and paths that are none', async () => {
    const name = 'a'.repeat(250);
    const tree = {
      '.gitignore': `${'*a'.repeat(30)}b\n${'**/x/'.repeat(30)}y\n`,
      [name]: '',
      '../x': '',
      '/y': '',
    };
    expect(await kept(tree)).toEqual(Object.keys(tree));
  });
});
