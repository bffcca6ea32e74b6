"""What a pytest session imports: the policy and the models with which evaluation runs its modules."""
