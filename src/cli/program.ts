import { Command } from 'commander';
import { VERSION } from '../version.ts';
import { addBench } from './commands/bench.ts';
import { addCompare } from './commands/compare.ts';
import { addConvert } from './commands/convert.ts';
import { addDemo } from './commands/demo.ts';
import { addFrontier } from './commands/frontier.ts';
import { addKeys } from './commands/keys.ts';
import { addQuote } from './commands/quote.ts';
import { addServe } from './commands/serve.ts';
import { addSimulate } from './commands/simulate.ts';
import { addSolve } from './commands/solve.ts';
import { addVerify } from './commands/verify.ts';
import { teach } from './teach.ts';

/** The whole command line. Commands load what they need when they run, so that none waits for the others. */
export function program(asJson: boolean): Command {
  const root = new Command('placewright')
    .configureOutput(asJson ? { writeErr: () => {} } : {}) // what commander would say in words is told as JSON
    .description(
      'Which task runs on which node? Placewright reads a scheduling window (tasks, nodes, options: one JSON document) and answers with the assignment of least cost, a bound that says how far from the optimum it can be, and prices that let anyone recompute that bound.',
    )
    .version(VERSION, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand('help [command]', 'print the help of a command')
    .showHelpAfterError('Maybe --help tells what is meant.')
    .exitOverride();
  addSolve(root);
  addVerify(root);
  addCompare(root);
  addBench(root);
  addQuote(root);
  addFrontier(root);
  addSimulate(root);
  addConvert(root);
  addServe(root);
  addKeys(root);
  addDemo(root);
  return teach(root, [
    ['demo', 'Solve a bundled window and see what comes out.'],
    ['solve window.json --deadline 500 -o answer.json', 'Answer within half a second.'],
  ]);
}
