import { describe, expect, test } from 'vitest';
import { readDocx } from '../../../src/adapters/ingest/formats/docx/docx';
import { docxOf, p, run, table } from '../../fixtures/docx-of';
import { readWith } from '../../fixtures/read-with';

describe('what is in a paragraph', () => {
  const textOf = async (content: string) =>
    (await readWith(readDocx, docxOf(`<w:p>${content}</w:p>`))).text.trimEnd();

  test('insertions stay, deletions and hidden text go, a paragraph whose end was deleted goes on', async () => {
    expect(
      await textOf(
        `${run('a')}<w:ins>${run('b')}</w:ins><w:del><w:r><w:delText>c</w:delText></w:r></w:del><w:moveFrom>${run('d')}</w:moveFrom><w:moveTo>${run('e')}</w:moveTo>${run('f', '<w:vanish/>')}${run('g', '<w:vanish w:val="0"/>')}`,
      ),
    ).toBe('abeg');
    const joined = await readWith(
      readDocx,
      docxOf(p('Hel', '<w:rPr><w:del/></w:rPr>') + p('lo') + p('World', '<w:rPr><w:ins/></w:rPr>')),
    );
    expect(joined.text).toBe('Hello\n\nWorld\n');
  });

  test('fields show their result, also within one another, and one without an end hides nothing', async () => {
    const char = (type: string) => `<w:r><w:fldChar w:fldCharType="${type}"/></w:r>`;
    const code = (text: string) => `<w:r><w:instrText>${text}</w:instrText></w:r>`;
    expect(
      await textOf(
        `${char('begin')}${code('IF ')}${char('begin')}${code('X')}${char('separate')}${run('never')}${char('end')}${char('separate')}${run('shown')}${char('end')}${run('!')}<w:hyperlink>${run(' link')}</w:hyperlink><w:fldSimple w:instr="DATE">${run(' today')}</w:fldSimple>`,
      ),
    ).toBe('shown! link today');
    const broken = await readWith(readDocx, docxOf(`<w:p>${char('begin')}${code('TOC')}</w:p>${p('Text')}`));
    expect(broken.text).toBe('Text\n');
  });

  test('symbols, breaks, hyphens, ticked boxes and readings are characters', async () => {
    expect(
      await textOf(
        '<w:r><w:sym w:font="Symbol" w:char="F061"/><w:sym w:font="Wingdings" w:char="F0FC"/><w:t>x</w:t><w:noBreakHyphen/><w:t>y</w:t><w:softHyphen/><w:t>z</w:t><w:tab/><w:t>t</w:t><w:br/><w:t>n</w:t></w:r>' +
          '<w:r><w:fldChar w:fldCharType="begin"><w:ffData><w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox></w:ffData></w:fldChar></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r>' +
          `<w:r><w:ruby><w:rt>${run('かん')}</w:rt><w:rubyBase>${run('漢')}</w:rubyBase></w:ruby></w:r>`,
      ),
    ).toBe('α✓x\u2011yz\tt\nn☒漢(かん)');
  });

  test('a text box is read once although it is there twice; pictures are lost but for what is said of them', async () => {
    const box = (text: string) => `<w:txbxContent>${p(text)}</w:txbxContent>`;
    const document = await readWith(
      readDocx,
      docxOf(
        `<w:p>${run('Around')}<w:r><mc:AlternateContent><mc:Choice Requires="wps"><w:drawing><wps:wsp><wps:txbx>${box('In the box')}</wps:txbx></wps:wsp></w:drawing></mc:Choice><mc:Fallback><w:pict><v:shape><v:textbox>${box('In the box')}</v:textbox></v:shape></w:pict></mc:Fallback></mc:AlternateContent></w:r>${run(' it')}</w:p>` +
          `<w:p>${run('See')}<w:r><w:drawing><wp:inline><wp:docPr id="1" name="Picture 1" descr="A cat"/><pic:pic/></wp:inline></w:drawing></w:r></w:p>` +
          '<w:p><w:r><w:pict><v:shape><v:imagedata/></v:shape></w:pict><w:pict><v:rect o:hr="t"/></w:pict></w:r></w:p>',
      ),
    );
    expect(document.text).toBe('Around it\n\nIn the box\n\nSee [A cat]\n');
    expect(document.losses).toEqual([{ what: 'images', count: 2 }]);
  });

  test('equations are letters where these can say it, else LaTeX', async () => {
    const r = (text: string) => `<m:r><m:t>${text}</m:t></m:r>`;
    const power = `<m:sSup><m:e>${r('x')}</m:e><m:sup>${r('2')}</m:sup></m:sSup>`;
    const half = `<m:f><m:num>${r('α+1')}</m:num><m:den><m:rad><m:radPr><m:degHide/></m:radPr><m:deg/><m:e>${r('2')}</m:e></m:rad></m:den></m:f>`;
    const sum = `<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>${r('i=1')}</m:sub><m:sup>${r('n')}</m:sup><m:e>${power}</m:e></m:nary>`;
    const document = await readWith(
      readDocx,
      docxOf(
        `<w:p>${run('Let ')}<m:oMath>${power}${r('=4')}</m:oMath>${run(', ')}<m:oMath>${half}</m:oMath></w:p><w:p><m:oMathPara><m:oMath>${sum}${r('≤π')}</m:oMath></m:oMathPara></w:p>`,
      ),
    );
    expect(document.text).toBe(
      'Let x² = 4, $\\frac{\\alpha + 1}{\\sqrt{2}}$\n\n$$\\sum_{i = 1}^{n}x^{2} \\leq \\pi$$\n',
    );
    expect(document.losses).toEqual([{ what: 'equations', count: 3 }]);
  });

  test('controls, smart tags and unknown wrappings are only wrapping', async () => {
    const control = (content: string) =>
      `<w:sdt><w:sdtPr><w:alias w:val="no"/></w:sdtPr><w:sdtContent>${content}</w:sdtContent></w:sdt>`;
    const document = await readWith(
      readDocx,
      docxOf(
        control(p('Block') + `<w:p>${control(run('in'))}<w:smartTag>${run('line')}</w:smartTag></w:p>`) +
          table([['a', 'b']])
            .replace('<w:tr>', '<w:sdt><w:sdtContent><w:tr>')
            .replace('</w:tr>', '</w:tr></w:sdtContent></w:sdt>'),
      ),
    );
    expect(document.text).toBe('Block\n\ninline\n\na\tb\n');
  });
});
