"""What every app needs: trade context, money, outbox, external ids. Knows nobody."""
