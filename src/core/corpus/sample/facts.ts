/** What is hidden in the sample: one passage in one document each, and the question it answers. */

export interface SampleQuestion {
  readonly question: string;
  readonly documentPath: string;
  /** Word for word as in the document, but for line breaks. */
  readonly quote: string;
}

/** A passage to be set into a document. The quote is a part of the passage. */
export interface Plant extends SampleQuestion {
  readonly passage: string;
}

export const PLANTS: readonly Plant[] = [
  {
    question: 'Where did Tobias Rennick hide the spare key of the lantern room?',
    documentPath: 'letters/031.txt',
    quote: 'the spare key of the lantern room hangs behind the barometer',
    passage:
      'Should anything happen to me before the relief comes, remember that the spare key of the lantern room hangs behind the barometer, on a nail that turns.',
  },
  {
    question: 'What sank the coal hulk Patience?',
    documentPath: 'minutes/017.txt',
    quote: 'the coal hulk Patience went down because a sea-cock had been left open by the night watchman',
    passage:
      'The inquiry found that the coal hulk Patience went down because a sea-cock had been left open by the night watchman, and not, as was said at the time, by reason of any collision.',
  },
  {
    question: 'How deep is the Verrall Trench according to the Anselma’s sounding?',
    documentPath: 'logs/anselma-022.txt',
    quote: 'bottom at 1,847 fathoms in the Verrall Trench',
    passage:
      'Sounding completed after four hours with the wire up and down: bottom at 1,847 fathoms in the Verrall Trench, grey ooze in the cup.',
  },
  {
    question: 'Which moss did Marguerite Ames name after her sister?',
    documentPath: 'letters/058.txt',
    quote: 'I have named the new moss Grimmia eleonorae, after my sister Eleonora',
    passage:
      'It is settled, and the Society may say what it likes: I have named the new moss Grimmia eleonorae, after my sister Eleonora, who first taught me to kneel down and look.',
  },
  {
    question: 'What did the harbour board pay for the new fog bell?',
    documentPath: 'minutes/029.txt',
    quote:
      'the sum of 312 pounds and 10 shillings was paid to the foundry in Gothenburg for the new fog bell',
    passage:
      'The treasurer confirmed that the sum of 312 pounds and 10 shillings was paid to the foundry in Gothenburg for the new fog bell, carriage included.',
  },
  {
    question: 'Who was the stowaway found on the Nordstjernen?',
    documentPath: 'press/tarn-voe-courier-09.txt',
    quote: 'the stowaway proved to be Lotte Iversen, a watchmaker’s apprentice of sixteen',
    passage:
      'Taken before the magistrate on Monday, the stowaway proved to be Lotte Iversen, a watchmaker’s apprentice of sixteen, who had lived for nine days on raisins.',
  },
  {
    question: 'Why must the lamp of Hallow Light never be trimmed with steel scissors?',
    documentPath: 'manuals/lamp-keeping.md',
    quote: 'Never trim the wick with steel scissors: a spark set the wool store alight in 1909',
    passage:
      'Never trim the wick with steel scissors: a spark set the wool store alight in 1909, and brass ones have been issued ever since.',
  },
  {
    question: 'What is the agreed signal for a medical emergency on Far Quell?',
    documentPath: 'manuals/signals.md',
    quote: 'two green rockets followed by a slow bell mean that a doctor is needed on Far Quell',
    passage:
      'By the agreement of 1919, two green rockets followed by a slow bell mean that a doctor is needed on Far Quell; no other station may show this signal.',
  },
  {
    question: 'What did the diver find in the wreck of the Corrie Maid’s tender?',
    documentPath: 'letters/074.txt',
    quote: 'the diver brought up a violin case, perfectly dry inside',
    passage:
      'You will not believe what lay in the tender: the diver brought up a violin case, perfectly dry inside, with a child’s drawing of a horse where the violin ought to have been.',
  },
  {
    question: 'In what year was the old ropewalk built, by the stone over its door?',
    documentPath: 'site/town-guide.html',
    quote: 'The stone over the door of the old ropewalk bears the year 1764',
    passage:
      'The stone over the door of the old ropewalk bears the year 1764, although the beams are from a ship broken up a generation earlier.',
  },
  {
    question: 'Who paid for the children’s passage to the regatta at Lerwick?',
    documentPath: 'letters/012.txt',
    quote: 'it was Wilhelmina Brandt who paid for the children’s passage to the regatta at Lerwick',
    passage:
      'I may tell you now, as she cannot hear of it from this distance, that it was Wilhelmina Brandt who paid for the children’s passage to the regatta at Lerwick, all forty-one of them.',
  },
  {
    question: 'What was wrong with chronometer number 2217?',
    documentPath: 'logs/anselma-047.txt',
    quote: 'chronometer 2217 loses eleven seconds a day whenever the stove is lit',
    passage:
      'It has taken us a winter to see it: chronometer 2217 loses eleven seconds a day whenever the stove is lit, and keeps perfect time in the cold.',
  },
  {
    question: 'What did Peter Osei hear on the wireless on the night of the eclipse?',
    documentPath: 'letters/085.txt',
    quote: 'a woman’s voice reading the names of the drowned, in Portuguese',
    passage:
      'On the night of the eclipse the set, which had been dumb for a week, gave me a woman’s voice reading the names of the drowned, in Portuguese, and then the weather for the Azores.',
  },
  {
    question: 'How many sheep were swept from Far Quell in the storm of January 1924?',
    documentPath: 'press/tarn-voe-courier-18.txt',
    quote: 'the storm of January swept 63 sheep and a weathercock from Far Quell',
    passage:
      'It is now certain that the storm of January swept 63 sheep and a weathercock from Far Quell, of which only the weathercock has been seen again.',
  },
];
