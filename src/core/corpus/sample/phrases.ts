/** The sentences of Tarn Voe, by subject. `<name>` and `{a|b}` are filled by `Prose`. */

import { lines } from './random';
import { GOODS, PEOPLE, PLACES, PORTS, SHIPS } from './world';

export const RULES: Record<string, readonly string[]> = {
  who: PEOPLE.map(({ name }) => name),
  ship: SHIPS.map((ship) => `the ${ship}`),
  where: PLACES,
  goods: GOODS,
  port: PORTS,
  few: ['two', 'three', 'four', 'five', 'six', 'seven', 'nine', 'eleven', 'a dozen', 'fourteen'],
  hour: [
    'at first light',
    'before noon',
    'towards four',
    'after dark',
    'at slack water',
    'on the flood',
    'past midnight',
  ],
  when: [
    'last week',
    'on Tuesday',
    'the day before yesterday',
    'since Sunday',
    'on Friday night',
    'all this month',
  ],
  trouble: [
    'a sprung plank',
    'a fouled anchor',
    'a split topsail',
    'a leaking stern gland',
    'a cracked lamp glass',
    'a lost dinghy',
  ],
  mood: [
    'in good heart',
    'out of temper',
    'quieter than usual',
    'full of plans',
    'tired to the bone',
    'not much changed',
  ],

  opener: lines(`
    besides,
    also,
    as I write,
    news, such as it is:
    I ought to add that
    you will be glad to know that
    believe it or not,
    meanwhile
    for the rest,
    what else:
    you have perhaps heard that
    I had almost forgotten that
    to take things in their order,
    in case nobody has told you,
    <who> reminds me that
    I learn from <who> that
  `),
  tail: lines(`
    , or so <who> has it
    , as you may imagine
    , and nobody minds
    , for what that is worth
    , to the surprise of <who>
    , as <who> foretold
    , and there the matter rests
    , and I was there to see it
    , which is more than <who> can say
    , and you may tell <who> so
    , at least until <ship> comes back
    , as it was the year that <ship> went ashore at <where>
    , and it is thought the same holds for <where>
    , <when> and not before
  `),

  weather: lines(`
    the wind {backed|went round} into the {north|north-west|south-east} <when> and has {hardly dropped|blown hard} since
    we have had fog for <few> days together, so thick that the bell at <where> might as well hang in another parish
    {rain|sleet} came in over <where> <hour> and drove everyone off the quay but the gulls
    it froze <when>, the first hard frost this season, and the steps at <where> were salted twice
    a clear night at last; you could read the lamp on <where> from the churchyard wall
    the glass fell all through the forenoon and by <few> o’clock nobody was in any doubt
    there was a swell from the west with no wind behind it, the kind that {breaks moorings|keeps old men awake}
    the sun showed itself for an hour and half the town hung out its washing
    {hail|snow} lay on the decks of <ship> like spilled rice
    the sea has been flat as slate for <few> days, which nobody trusts
    we lost the light <hour> behind a bank of cloud the colour of wet rope
    between the showers there is a brightness over <where> that I have seen nowhere else
    it blew a full gale from <when>, and the spray came over the wall as far as <where>
    such a still morning: smoke went straight up from every chimney on Kirk Brae
    the thaw has set in and every gutter in the town is talking
  `),
  harbour: lines(`
    <ship> came in from <port> <hour> with <goods> and lies now against <where>
    <who> says the dues on <goods> will not be raised before the autumn, whatever is said in the market
    they were <few> hours getting <ship> off the mud, with half the town looking on
    <ship> sailed for <port> <when> and took our mail with her
    there is talk of dredging by <where>, as there has been since my grandfather’s time
    a crate of <goods> went into the water at <where> and was fished out again, not much the worse
    <who> has put a new man at <where>, who is civil and writes a plain hand
    <few> barrels of <goods> were left standing in the rain, and the owner and the carter each blame the other
    the crane at <where> is mended at last and lifts as sweetly as it ever did
    <ship> reported <trouble> and waits for a tide to be hauled out
    <who> went out to <ship> in the pilot boat and came back wet through and laughing
    the customs men spent <few> hours over <goods> from <port> and found nothing but mice
    {nobody|no one} had thought to light the lamp at <where>, so <ship> stood off until <hour>
    <who> has bought <few> fathoms of chain from Brandt’s and paid in coin
    <ship> and <ship> touched in the narrows, with more noise than harm
    the ice house is full to the door, and <goods> keep well in it
    we counted <few> sail off <where> <hour>, all of them bound elsewhere
    a boy fell from <where> and was pulled out by <who>, who made nothing of it
    <ship> is to have a new mast from Lund’s, Baltic pine and straight as a psalm
  `),
  town: lines(`
    <who> was at supper with us <when>, <mood>, and stayed until the lamp wanted filling
    the school has <few> new pupils from Far Quell who had never seen a horse
    they are to mend the roof of the hall before the winter, if the slates come from <port>
    <who> gave a talk on the stars, with a turnip for the moon
    the baker’s oven cracked, and for <few> days we ate ship’s biscuit like sailors
    there was dancing at <where>, and <who> played until the strings gave out
    old Mrs Petrie’s cat has taken up lodgings at <where> and will not be moved
    <who> has had a letter from <port> and tells nobody what is in it
    <few> of the children are down with the measles; the doctor goes about with his collar up
    the new bell came by <ship> and hangs in the porch until somebody finds the courage to lift it
    I passed <who> on <where>, <mood>, and we spoke of nothing in particular for an hour
    the lending library has a second shelf now, and a rule about candle grease
    {a pedlar|a photographer|a tuner of pianos} came ashore from <ship> and did good business
    they quarrelled about the pump in <where> again; I stayed at home and darned
    <who> planted seed potatoes behind <where>, and everyone has advice to give
    the ferry to Far Quell was late <few> times this month and nobody has said sorry for it
    Sunday’s sermon was on the patience of nets, which pleased the men and worried their wives
  `),
  voyage: lines(`
    we ran <few> miles of soundings off <where> and lost one lead
    <who> has drawn the coast from <where> onward, and it agrees with no chart we carry
    the dredge brought up sand, broken shell and, once, a clay pipe
    the ship’s dog has decided that <who> is in command
    we landed a party <hour> and took them off again with <few> sacks of specimens
    the wireless spoke to <port> for <few> minutes and then to nobody
    a whale kept company with us from <where> until dark, breathing like a bellows
    <who> stood two watches together and would hear no thanks
    the galley fire went out in a sea <when>, and we learned what cold soup is
    the current sets harder past <where> than the Pilot allows, by <few> tenths of a knot
    <few> of the crew have colds, and the cook doses them with mustard
    we lay to under <where> with <trouble> and used the time to air the sails
    <who> found a moss that is in none of the books and has hardly slept for joy
    the tide gauge at <where> was carried away; a second one is being made from a stove pipe
    the sounding machine jammed at <few> hundred fathoms, so we hauled by hand and sang
    the chronometers agree to within <few> tenths of a second, which is better than their owners do
    we passed a deserted station with its door open and a calendar on the wall
    birds by the thousand at <where>; the noise is like a mill
  `),
  heart: lines(`
    I think of you most <hour>, when the work at <where> is done and the pipe will not draw
    {do not|you must not} trouble about the money; I have more than I can spend at <where>
    tell <who> that I have not forgotten the book and will bring it myself from <port>
    your last came by <ship> from <port> and I have read it until the folds gave way
    I am well, only thinner than <who>, and have let my beard grow to frighten {the cook|the gulls|the children}
    if the post is slow, blame <ship> and not me
    there are evenings when I would give all of <where> for one hour in your kitchen with <who>
    kiss the little ones and tell them that the seal at <where> sends his regards
    I had meant to write sooner, but <trouble> has kept us all from our pens
    you ask whether I am lonely; I am too busy, and then <hour> suddenly I am
    send me by <ship>, if you can, a pair of spectacles and <few> of anything at all to read
    I shall be home in <few> weeks, or so <who> says, and that has been right once
    the stockings arrived by <ship>, and are the envy of <few> men and of <who>
    what you write of <who> and <ship> made me laugh aloud <hour>
    keep the garden gate shut on account of the goat, and remember me to <who>
  `),
  business: lines(`
    the board considered the state of the wall at <where> and put it off until the spring
    a letter from the agents of <ship> concerning <goods> was read and laid on the table
    it was agreed that <who> should see to the mooring rings at <where> before the autumn gales
    the clerk reported <few> vessels in arrears with their dues, among them <ship>
    <who> asked why the lamp at <where> had been dark on <few> nights; an answer is to be had in writing
    the estimate for dredging was thought high, and a second one is to be asked from <port>
    complaints about the smell of <goods> at <where> were heard with sympathy
    the contract for <goods> goes to Brandt & Daughter for another year
    <who> moved that the quay be swept on Saturdays; seconded and carried
    a claim for <trouble> by the owners of <ship> was refused, as no pilot had been taken
    the fund for the widows stands better than last year by <few> pounds
    it was noted that <ship> had twice discharged at <where> without leave
    the price of lamp oil was discussed at length and without result
    a pension of <few> shillings a week was granted to the former boatman
    <who> offered the loan of a pump, which was accepted with thanks
    the by-law on dogs was read for the third time and passed
    it was left to the harbour master to settle the matter of berths between <ship> and <ship>
  `),
  press: lines(`
    the {many|few} who stood at <where> <hour> saw <ship> round the head under all her canvas
    we hear on good authority that <goods> will be dearer before the month is out
    a lantern lecture by <who> filled the hall to the doors
    found at <where>: one glove, left hand, and a purse with <few> pence; apply at the Post Office
    the regatta was won by <few> lengths, the losers protesting with good humour
    {Captain Cole|the captain} of the Anselma, asked about the ice, would say only that it was cold
    <who> wishes it known that the rumour about <ship> is without foundation
    a runaway cart was stopped at <where> by <who>, to general applause
    the herring are late, and so is everything that depends upon the herring
    wanted: a steady lad for <where>, able to read, write and hold his tongue
    the new timetable of the ferry has been printed and will be kept, weather permitting
    our correspondent in <port> writes of <goods> rotting on the quays for want of ships
    the council has <few> plans for the square and money for none of them
  `),
};
