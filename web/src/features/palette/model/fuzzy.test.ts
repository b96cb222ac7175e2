import { describe, expect, it } from 'vitest';
import { fitness, slipsInPrefix } from './fuzzy';

describe('fitness', () => {
  it.each([
    ['setings', 'Settings'],
    ['agnets', 'Agents'],
    ['playgruond', 'Playground'],
    ['theme', 'Switch theme'],
    ['sw th', 'Switch theme'],
    ['cafe', 'Café'],
    ['ground', 'Playground'],
    ['nwe agnet', 'New agent'],
    ['', 'Anything'],
  ])('%s finds %s', (typed, name) => expect(fitness(typed, name)).toBeGreaterThan(0));

  it.each([
    ['xyz', 'Settings'],
    ['rnus', 'Settings'],
    ['theme agents', 'Switch theme'],
    ['run', 'Rum'],
  ])('%s does not find %s', (typed, name) => expect(fitness(typed, name)).toBe(0));

  it('prefers what begins so', () => {
    expect(fitness('run', 'Runs')).toBeGreaterThan(fitness('run', 'All runs'));
    expect(fitness('run', 'All runs')).toBeGreaterThan(fitness('run', 'Trunk'));
  });
});

it('a swap is one slip', () => expect(slipsInPrefix('agnet', 'agents')).toBe(1));
