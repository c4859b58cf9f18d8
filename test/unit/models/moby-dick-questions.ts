/** Look-up questions a reader of *Moby-Dick* would ask, each with words the right passage must hold. */

export interface LookUp {
  readonly question: string;
  /** Any of these, white space apart, in the first quotation is the right passage. */
  readonly quotes: readonly string[];
}

export const MOBY_DICK_QUESTIONS: readonly LookUp[] = [
  {
    question: 'Who was the chief mate of the Pequod, and where did he come from?',
    quotes: ['The chief mate of the Pequod was Starbuck, a native of Nantucket'],
  },
  {
    question: 'Which island was Queequeg a native of?',
    quotes: ['Queequeg was a native of Rokovoko, an island far away to the West and South'],
  },
  {
    question: 'What did Moby Dick do to Ahab’s leg?',
    quotes: [
      'Moby Dick had reaped away Ahab’s leg',
      'it was devoured, chewed up, crunched',
      'it was Moby Dick that dismasted me',
    ],
  },
  {
    question: 'What does Starbuck say about taking vengeance on a dumb brute?',
    quotes: ['“Vengeance on a dumb brute!” cried Starbuck'],
  },
  { question: 'What is a gam?', quotes: ['GAM. NOUN—_A social meeting of two_ (_or more_) _Whaleships'] },
  {
    question: 'How long was the skeleton of the whale at Tranque?',
    quotes: ['skeleton at Tranque measured seventy-two feet'],
  },
  {
    question: 'What was Ahab’s ivory leg made from?',
    quotes: ['this ivory leg had at sea been fashioned from the polished bone of the sperm whale’s jaw'],
  },
  {
    question: 'What did Ahab promise to whoever raises the white whale?',
    quotes: ['he shall have this gold ounce, my boys', 'Whosoever of ye raises me a white-headed whale'],
  },
  {
    question: 'Where is ambergris found?',
    quotes: [
      'ambergris is never found except upon the sea',
      'found in the inglorious bowels of a sick whale',
    ],
  },
  {
    question: 'How thick is the blubber of a whale?',
    quotes: ['ranges from eight or ten to twelve and fifteen inches in thickness'],
  },
];
