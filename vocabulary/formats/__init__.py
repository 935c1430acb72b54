"""How concepts are written down for others. Each module is loaded when its format is first asked
for (vocabulary.exchange), since the libraries behind them are heavy."""
