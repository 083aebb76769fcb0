"""How function/model was made: features, train, export, evaluate, in this order; `make train` runs them all."""
