/** Manuals in Markdown and pages in HTML: what a station keeps on its shelf, written out by hand. */

import { lines, pick, wrap } from './random';
import type { PaperOptions } from './papers';
import { PLACES, SHIPS } from './world';

interface Manual {
  readonly title: string;
  readonly rules: readonly string[];
}

/** By file name. */
export const MANUALS: Readonly<Record<string, Manual>> = {
  'lamp-keeping': {
    title: 'Keeping the lamp at Hallow Light',
    rules: lines(`
      Light the lamp half an hour before sunset by the almanac, not by the look of the sky.
      Warm the burner for four minutes before opening the oil valve, or it will smoke until morning.
      Wipe the prisms with chamois and spirit from the centre outwards; a circular motion leaves rings that show from the sea.
      Wind the clockwork to the red mark every three hours and write the time in the book at once.
      If the mercury in the bath looks dull, skim it with a card and keep the skimmings in the stone jar.
      A keeper alone on watch ties himself to the rail before going out to clear snow from the panes.
      Strangers may see the lantern room by day, one at a time, and must leave their pipes below.
      Oil drums are turned every week, so that the sediment does not harden on one side.
      When both mantles fail, hang the two storm lanterns crosswise and fire the gun every ten minutes.
      Draw the curtains by day: the lens has set fire to a chair before now.
    `),
  },
  signals: {
    title: 'Signals in use in the harbour and the islands',
    rules: lines(`
      A black ball at the yard means that the bar must not be crossed by vessels drawing more than nine feet.
      Two black balls close the harbour altogether.
      A pilot is called with a blue flare, repeated after five minutes if nothing moves.
      The bell at the Outer Skerries strikes twice every half minute in fog, the one at Hallow Head once.
      Flags are lowered together at sunset, and nobody salutes with a wet ensign.
      One long blast: I am leaving the quay. Two: I am backing. Three: look out, I cannot help it.
      The wireless listens on the hour and at the half hour, and at no other time is an answer promised.
      A broom at the masthead offers the vessel for sale; a basket means that she has fish to sell.
      Lamps are hooded toward the town during the service of remembrance.
      Whoever gives a false signal pays for the oil that was burnt on account of it.
    `),
  },
  pilotage: {
    title: 'Pilotage of the Sound of Quell',
    rules: lines(`
      Bring the church and the powder house into line and keep them so until the Gannet Stack opens.
      The flood makes two hours earlier on the eastern side, and a prudent master uses this.
      No vessel passes the narrows when another is in them, whatever her flag.
      Anchor in seven fathoms off the ice house; the ground is blue clay and holds like a grudge.
      The rock that has no name on the chart is called the Parson, and it is covered at half tide.
      Turn short of the second beacon, not at it; the shoal has grown toward it by a cable since the survey.
      In north-easterly weather there is a back-eddy under the Head in which a boat can rest.
      Take the speed off early: more ships have been lost by hurry here than by fog.
    `),
  },
  boats: {
    title: 'Care of the station’s boats',
    rules: lines(`
      A boat is hauled above the weed before anything else is thought of.
      Bungs are tied in with a lanyard, and the lanyard is looked at before each launch.
      Linseed oil for the oars in spring and autumn, never varnish on the grips.
      Each boat carries a bailer, a knife, two thole pins to spare and a tin with matches in wax.
      Canvas covers are taken off on dry days, for damp does more harm than sea.
      Scratches through the paint are touched up the same week, be it only with tar.
      The long boat needs six at the oars, or five who have done it before.
      Nobody whistles while she is being painted; it is said to be unlucky, and it spoils the line.
    `),
  },
  'tide-gauge': {
    title: 'Reading the tide gauge',
    rules: lines(`
      Read the scale from below the float’s rim, with the eye at the height of the water.
      In a swell take five readings and enter the middle one, not the mean.
      The well is cleared of weed on the first of the month and after each gale.
      The pen is filled with glycerine ink, as the common sort freezes.
      Change the paper on Monday at noon and write the date on both ends of the sheet.
      If the clock has stopped, set it, draw a line across the sheet and say so in the margin.
      Zero is the bronze bolt in the quay, which nobody may tie a boat to.
      Send the sheets to the Society each quarter, rolled and not folded.
    `),
  },
  wireless: {
    title: 'The wireless cabin',
    rules: lines(`
      Charge the batteries from the dynamo for three hours on alternate days, with the window open.
      The key is cleaned with paper, not with a file.
      Listen for a full minute before sending; the air belongs to whoever spoke first.
      Weather from the Stack is sent in figures only, pressure first.
      Private messages wait until those of ships have gone.
      Write what was heard, not what was meant; a gap in the text is marked with a dash.
      In thunder the aerial is earthed and the operator goes to dinner.
      Distress has no queue: put down the pen, answer, and wake the captain.
    `),
  },
  stores: {
    title: 'Stores and their keeping',
    rules: lines(`
      Flour stands on slats, a hand’s breadth from the wall.
      Nothing leaves the store without a line in the book, not even a nail.
      Tins that ring hollow are set apart and opened out of doors.
      Rope is coiled with the sun and hung, never laid on stone.
      Paraffin and biscuit do not share a shelf, however pressed for room.
      The cat is on the strength and receives half a tin of milk on Sundays.
      Seed potatoes are turned in February, and the soft ones go to the pig.
      Count the candles at the end of each month and account for the stubs.
    `),
  },
  'first-aid': {
    title: 'Until the doctor comes',
    rules: lines(`
      Get the cold man out of the wind before you get him out of his clothes.
      Warm him slowly and by the trunk; rubbing the limbs does harm.
      A fish hook is pushed on and cut, not drawn back.
      Bind a broken arm to the body and a broken leg to its fellow.
      Spirits are for cleaning the wound and not for the patient.
      Burns from the lamp are cooled with clean water for as long as he will bear it.
      For swallowed lamp oil give nothing to make him sick, but milk, and send for help.
      Write down the hour at which a tight bandage was put on.
    `),
  },
};

export function manual({ random, prose, passage }: PaperOptions, { title, rules }: Manual): string {
  const half = Math.ceil(rules.length / 2);
  const list = (items: readonly string[]): string => items.map((item) => `- ${item}`).join('\n');
  const remark = (): string => prose.paragraph(pick(random, ['harbour', 'voyage', 'business']), 4);
  const sections = [
    `# ${title}`,
    wrap(`These rules were drawn up in 1919 and are read aloud to every new hand. ${remark()}`, 90),
    `## Daily`,
    list(rules.slice(0, half)),
    `## In bad weather, and otherwise`,
    list(passage === null ? rules.slice(half) : [...rules.slice(half, -1), passage, ...rules.slice(-1)]),
    `## Notes of past keepers`,
    ...Array.from({ length: 8 }, () => `> ${wrap(remark(), 86).replaceAll('\n', '\n> ')}`),
    `| station | seen from | in clear weather |\n| --- | --- | --- |\n${PLACES.slice(0, 6)
      .map((place, i) => `| ${place} | the ${pick(random, SHIPS)} | ${7 + i * 2} miles |`)
      .join('\n')}`,
  ];
  return sections.join('\n\n') + '\n';
}

/** A page of the town's site, with a table and the passage in a paragraph. */
export function webPage({ random, prose, passage }: PaperOptions, title: string): string {
  const paragraph = (): string => `<p>${prose.paragraph(pick(random, ['town', 'harbour', 'press']), 5)}</p>`;
  const rows = PLACES.map((place, i) => `<tr><td>${place}</td><td>${5 + i} minutes</td></tr>`).join('\n');
  return `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><title>${title}</title>
<style>body { max-width: 40rem }</style></head>
<body>
<h1>${title}</h1>
${paragraph()}
<h2>Getting about</h2>
<table><tr><th>Place</th><th>On foot from the quay</th></tr>
${rows}
</table>
<h2>What to see</h2>
${paragraph()}
<p>${passage ?? ''}</p>
${Array.from({ length: 10 }, paragraph).join('\n')}
</body>
</html>
`;
}
