"""« Imprimez-le pour moi » : what people ask the FabLab to make, until it is in their hands and paid."""
