"""Those who are asked which spots a mutant breaks. Each sees two commits and is told nothing of the mutation."""
