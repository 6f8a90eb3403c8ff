"""What trains the classifiers of ``synthetic_soul.nlu``; nothing of it is needed to run them."""
